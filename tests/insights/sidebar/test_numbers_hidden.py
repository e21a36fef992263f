"""Numbers in follow-ups beside a chat: for whose eyes."""

from corps.choices import Masking
from insights.sidebar import sheet
from tests import make
from tests.conftest import Cast
from tests.customers.privacy.people import choose, numbered


def test_follow_ups_beside_a_chat_star_their_numbers_out_for_who_sees_stars(cast: Cast) -> None:
    customer = numbered(cast)
    make.follow_up(customer, cast.owner, content="电话13711112222")
    choose(cast, Masking.OTHERS)
    seen = {
        name: [row.content for row in sheet._follow_ups(customer.pk, cast.actor(name))]
        for name in ("owner", "colleague", "admin")
    }
    assert seen == {"owner": ["电话13711112222"], "colleague": ["电话137****2222"], "admin": ["电话13711112222"]}
