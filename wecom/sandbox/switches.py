"""How this WeCom behaves where the documentation leaves room, or sources disagree."""

from dataclasses import dataclass


@dataclass(slots=True)
class Switches:
    """Turned while it runs, by code, by ``--switch`` or by ``/sandbox/switches``.

    Attributes:
        tag_limit: corp tags at most (40126). Sources say 3000 and 10000.
        own_tags_only: an app may change and delete only tags it made (301002).
        api_events: acts of the API are announced too, as one source says of remark and mark_tag.
        same_token: a new gettoken gives the token that is still good; otherwise it ends the old one.
        empty_list_is_error: externalcontact/list of somebody without customers answers 84061.
        unionid: the company has bound a WeChat developer id.
        transfer_seconds: from the start of a transfer to its automatic end.
        resigned_add_event: the taker's add event comes for a leaver's customer too, which no page says.
        welcome_seconds: how long a WelcomeCode is good (41050).
        chat_lag_seconds: groupchat/get shows a change so much later than the event tells it.
        statistics_hour: hour of the day (UTC+8) before which yesterday's numbers are still zero.
        wide: people in the range from which groupchat/list wants an owner_filter (81017).
        cursor_seconds: how long a cursor is good.
        secret_tries: wrong secrets within an hour from one address until it is shut out (45009).
    """

    tag_limit: int = 3000
    own_tags_only: bool = False
    api_events: bool = False
    same_token: bool = True
    empty_list_is_error: bool = False
    unionid: bool = True
    transfer_seconds: int = 86_400
    resigned_add_event: bool = False
    welcome_seconds: int = 20
    chat_lag_seconds: int = 0
    statistics_hour: int = 0
    wide: int = 1000
    cursor_seconds: int = 7200
    secret_tries: int = 2000
