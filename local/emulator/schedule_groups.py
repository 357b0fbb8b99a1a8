"""A schedule belongs to its group: MiniStack authorizes CreateSchedule as if every schedule were in the default group."""

import json

from ministack.core import iam_actions


def _group_of(body, query_params):
    named = query_params.get("groupName")
    if named:
        return named[0] if isinstance(named, list) else named
    try:
        return json.loads(body or b"{}").get("GroupName") or "default"
    except ValueError:
        return "default"


def install():
    original = iam_actions.extract_resource_arn

    def extract_resource_arn(service, method, path, headers, body, query_params, *rest):
        arn = original(service, method, path, headers, body, query_params, *rest)
        if service != "scheduler" or ":schedule/default/" not in arn:
            return arn
        group = _group_of(body, query_params or {})
        return arn.replace(":schedule/default/", f":schedule/{group}/")

    iam_actions.extract_resource_arn = extract_resource_arn
