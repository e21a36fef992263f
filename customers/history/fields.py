"""Which values have a history, and what the wire calls them."""

# Columns of a customer. The last four but one follow the main relation where nobody sets them.
FACTS = {
    "name": "name",
    "avatar": "avatar",
    "type": "type",
    "gender": "gender",
    "unionid": "unionid",
    "mobile": "mobile",
    "position": "position",
    "corp_name": "corpName",
    "corp_full_name": "corpFullName",
    "external_profile": "externalProfile",
    "province": "province",
    "city": "city",
    "follow_user_id": "followUserId",
    "add_time": "addTime",
    "channel": "channel",
    "status": "status",
}
# Columns of a relation. When it began and ended its stays tell.
NOTES = {
    "remark": "remark",
    "description": "description",
    "remark_corp_name": "remarkCorpName",
    "remark_mobiles": "remarkMobiles",
    "add_way": "addWay",
    "state": "state",
    "oper_userid": "operUserid",
    "wechat_channels": "wechatChannels",
    "personal_tags": "personalTags",
}
NAMES = (*FACTS.values(), *NOTES.values())
