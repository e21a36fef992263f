"""What the OpenAPI document calls choices, where one word names several."""

NAMES = {
    "EmployeeStatusEnum": "corps.choices.EmployeeStatus",
    "CustomerStatusEnum": "customers.choices.CustomerStatus",
    "CustomerTypeEnum": "customers.choices.CustomerType",
    "ContactWayTypeEnum": "customers.models.ContactWay.Type",
    "StageOutcomeEnum": "customers.models.Stage.Outcome",
    "RiskOutcomeEnum": "insights.choices.Outcome",
    "FollowUpKindEnum": "followups.choices.FollowUpKind",
    "FollowUpOutcomeEnum": "followups.choices.FollowUpOutcome",
    "CommunicationKindEnum": "followups.choices.TalkKind",
    "SourceEnum": "customers.choices.Source",
    "CustomFieldKindEnum": "customers.custom.kinds.BY_WIRE",
}
