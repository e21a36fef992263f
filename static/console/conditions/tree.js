// The tree that is edited, read from the wire form of a condition and written to it (docs/conditions.md).
//   group: mode all | any | none | notAll, parts     question: field, op, value     some: set, how, times, where (a group)
// A negation stands in a group's mode or in a question's op, so people meet no "not" of its own.

const OPPOSITES = { is: "isNot", in: "notIn", any: "none", contains: "notContains", set: "unset" };
for (const [one, other] of Object.entries(OPPOSITES)) OPPOSITES[other] = one;
const NEGATED = { all: "notAll", any: "none", none: "any", notAll: "all" };

let last = 0;
const made = (node) => ({ id: ++last, ...node });

export const group = (mode = "all", parts = []) => made({ type: "group", mode, parts });
export const question = (field = "", op = "", value = undefined) => made({ type: "question", field, op, value });
export const some = (set, how = "atLeast", times = 1, where = group()) => made({ type: "some", set, how, times, where });

export function read(document) {
  if (document?.where === null) return group();
  return as_group(node(document.where));
}

function node(wire) {
  if (Array.isArray(wire?.all)) return group("all", wire.all.map(node));
  if (Array.isArray(wire?.any)) return group("any", wire.any.map(node));
  if (wire?.not) return negated(node(wire.not));
  if (typeof wire?.some === "string") {
    const { op = "atLeast", value = 1 } = wire.count ?? {};
    return some(wire.some, op, value, wire.where ? as_group(node(wire.where)) : group());
  }
  if (typeof wire?.field === "string") return question(wire.field, wire.op ?? "", wire.value);
  throw new Error("no condition");
}

function negated(part) {
  if (part.type === "group") return { ...part, mode: NEGATED[part.mode] };
  if (part.type === "question" && OPPOSITES[part.op]) return { ...part, op: OPPOSITES[part.op] };
  return group("none", [part]);
}

function as_group(part) {
  return part.type === "group" ? part : group("all", [part]);
}

// Returns the document, and of each path in it which node stands there.
export function write(root) {
  const places = new Map([["where", root.id]]);
  return { document: { version: 1, where: root.parts.length ? written(root, "where", places) : null }, places };
}

function written(part, path, places) {
  places.set(path, part.id);
  if (part.type === "group") return group_written(part, path, places);
  if (part.type === "question") {
    const asked = { field: part.field, op: part.op };
    return part.value === undefined ? asked : { ...asked, value: part.value };
  }
  const wire = { some: part.set };
  if (part.where.parts.length) wire.where = written(part.where, `${path}.where`, places);
  if (part.how !== "atLeast" || part.times !== 1) wire.count = { op: part.how, value: part.times };
  return wire;
}

function group_written({ mode, parts }, path, places) {
  const turned = mode === "none" || mode === "notAll";
  if (turned && parts.length === 1) return { not: written(parts[0], `${path}.not`, places) };
  const key = mode === "all" || mode === "notAll" ? "all" : "any";
  const base = `${path}${turned ? ".not" : ""}.${key}`;
  const wire = { [key]: parts.map((part, at) => written(part, `${base}[${at}]`, places)) };
  return turned ? { not: wire } : wire;
}

// Every node with the group it is in and the set it is asked of ("": the customer), from the top down.
export function* walk(root, set = "", parent = null, depth = 1) {
  yield { node: root, set, parent, depth };
  if (root.type === "group") for (const part of root.parts) yield* walk(part, set, root, depth + 1);
  if (root.type === "some") yield* walk(root.where, root.set, null, depth + 1);
}

// The node at a path or, where the path goes on into a value, the one that it goes into.
export function place_of(path, places) {
  for (let at = path; at; at = at.replace(/(\.\w+|\[\d+\])$/, "")) {
    if (places.has(at)) return places.get(at);
    if (!/(\.\w+|\[\d+\])$/.test(at)) break;
  }
  return places.get("where");
}
