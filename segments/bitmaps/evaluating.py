"""Ask a condition of the bitmaps. What they don't hold is asked of the record, and its answer is one more bitmap."""

from pyroaring import BitMap

from customers.models import Customer
from segments.bitmaps import atoms
from segments.bitmaps.leaves import leaf
from segments.bitmaps.memory import Present
from segments.bitmaps.viewing import View
from segments.conditions import compiled
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Moment, Named, Node, Not, Some, below
from segments.conditions.universe import asks_for_the_blacklisted
from segments.fields.field import Asking
from segments.fields.ops import NEGATIVE

# So few customers are named to the record; of more it is asked who answers at all.
FEW = 2_000


def evaluate(present: Present, condition: Condition, moment: Moment) -> BitMap:
    """Who answers to it, but for changes that the bitmaps don't know yet. Raises Gone."""
    view = View(present, Asking(condition.corp_id, moment))
    asked = _Evaluation(view)
    found = view.atom(atoms.ALL)
    if not asks_for_the_blacklisted(condition):
        found = found - view.atom(atoms.key("blacklisted", True))
    return found & asked.of(condition.root, found) if condition.root else found


class _Evaluation:
    def __init__(self, view: View) -> None:
        self.view = view

    def of(self, node: Node, among: BitMap) -> BitMap:
        """Who answers to the node. Of others than ``among`` the answer may be wrong."""
        match node:
            case All(parts):
                # What the bitmaps answer first: the record is then asked of the few that are left.
                for part in sorted(parts, key=_is_strange):
                    among = among & self.of(part, among)
                return among
            case AnyOf(parts):
                return BitMap.union(*(self.of(part, among) for part in parts))
            case Not(part):
                return among - self.of(part, among)
            case Named(means=means):
                return self.of(means, among)
        return self._leaf(node, among)

    def _leaf(self, node: Asked | Some, among: BitMap) -> BitMap:
        how = leaf(node)
        if how is None:
            return self._strange(node, among)
        self.view.among = among
        found = how(self.view, node.value if isinstance(node, Asked) else node.where)
        return among - found if isinstance(node, Asked) and node.op in NEGATIVE else found

    def _strange(self, node: Asked | Some, among: BitMap) -> BitMap:
        corp_id, moment = self.view.asking
        rows = Customer.objects.of_corp(corp_id).alive().filter(compiled.node_q(node, corp_id, moment))
        if len(among) <= FEW:
            rows = rows.filter(pk__in=list(among))
        return BitMap(rows.order_by().values_list("pk", flat=True))


def _is_strange(node: Node) -> bool:
    """Whether the record has to be asked anything for it."""
    if isinstance(node, Named):
        return _is_strange(node.means)
    if isinstance(node, Asked | Some):
        return leaf(node) is None
    return any(map(_is_strange, below(node)))
