"""Many accounts as one organization: MiniStack keeps every account to itself.

Who belongs to which organization is told at the door `organization`. From then on trust, resource and identity policies see
`aws:PrincipalOrgID` and `aws:ResourceOrgID`, `aws:PrincipalArn` is the role behind a session, `sts:SourceIdentity` is what was
asked for, and an event bus takes events of other accounts and Regions by its policy, one hop far (EBUG: eb-cross-account). Templates
that differ by account or Region work, too.
"""

import contextvars
import json
import logging
import re
from urllib.parse import parse_qs

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json as error
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge as events
from ministack.services import iam, sts
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

log = logging.getLogger("kms-guard")
MEMBERS = {}  # account -> organization
SOURCE_IDENTITIES = {}  # access key id of a session -> its source identity
asked_identity = contextvars.ContextVar("asked_identity", default=None)
asked_session = contextvars.ContextVar("asked_session", default=None)


def set_members(body):
    told = json.loads(body)
    MEMBERS.update({account: told["id"] for account in told["accounts"]})
    return b"true"


def account_of(arn):
    return arn.split(":")[4] if arn.count(":") > 4 else ""


def role_behind(arn):
    """The role of a session: `aws:PrincipalArn` never is the session itself."""
    if ":assumed-role/" not in arn:
        return arn
    account, name = account_of(arn), arn.split("/")[1]
    role = iam._roles.get_scoped(account, None, name) or {}
    return role.get("Arn") or f"arn:aws:iam::{account}:role/{name}"


def with_organization(resolve):
    def resolved(key, ctx):
        name = key.lower()
        if name == "aws:principalarn":
            return role_behind(ctx.principal_arn)
        if name == "aws:principalorgid" and ctx.principal_account in MEMBERS:
            return MEMBERS[ctx.principal_account]
        if name == "aws:resourceorgid":
            return MEMBERS.get(account_of(ctx.resource_arn) or ctx.principal_account)
        if name == "sts:sourceidentity":
            return asked_identity.get()
        if name == "sts:rolesessionname":
            return asked_session.get()
        if name == "aws:userid" and ":assumed-role/" in ctx.principal_arn:
            return f"AROALOCAL:{ctx.principal_arn.split('/')[-1]}"
        return resolve(key, ctx)

    return resolved


def with_source_identity(handle):
    async def handled(method, path, headers, body, query_params):
        form = parse_qs((body or b"").decode("utf-8", "replace"))
        identity = form.get("SourceIdentity", [None])[0]
        token, name = asked_identity.set(identity), asked_session.set(form.get("RoleSessionName", [None])[0])
        try:
            answer = await handle(method, path, headers, body, query_params)
        finally:
            asked_identity.reset(token)
            asked_session.reset(name)
        text = answer[2] if isinstance(answer[2], bytes) else str(answer[2]).encode()
        made = re.search(rb"<AccessKeyId>([^<]+)</AccessKeyId>", text)
        if identity and made:
            SOURCE_IDENTITIES[made.group(1).decode()] = identity
        return answer

    return handled


def admits(spec, sender):
    """Does the policy of a bus let an account of this organization put events? The bus's own account needs no policy."""
    if spec.account_id == sender:
        return True
    with request_scope(spec.account_id, spec.region):
        bus = events._event_buses.get(spec.resource.split("/", 1)[1]) or {}
    policy = bus.get("Policy") or {}
    policy = json.loads(policy) if isinstance(policy, str) else policy
    for statement in policy.get("Statement", []):
        wanted = statement.get("Condition", {}).get("StringEquals", {}).get("aws:PrincipalOrgID")
        if statement.get("Action") == "events:PutEvents" and wanted and wanted == MEMBERS.get(sender):
            return True
    return False


def across_accounts(dispatch):
    def dispatched(spec, event, rule, path, payload=None):
        if (spec.account_id, spec.region) == (get_account_id(), get_region()):
            return dispatch(spec, event, rule, path, payload)
        if event.get("_Hopped"):
            return log.warning("THIRD_ACCOUNT_HOP_DETECTED: %s", spec)
        if not admits(spec, get_account_id()):
            return log.warning("NO_PERMISSIONS: %s may not put events on %s", get_account_id(), spec)
        origin = {"Account": event.get("Account", get_account_id()), "Region": event.get("Region", get_region())}
        there = {**event, **origin, "EventBusName": spec.resource.split("/", 1)[1], "_Hopped": True}
        with request_scope(spec.account_id, spec.region):
            events._dispatch_event(there)

    return dispatched


def to_other_accounts(put_events):
    """A caller may name a bus of another account by its ARN, if the policy of that bus lets it."""

    def put(data, allow_aws_source=False):
        for entry in data.get("Entries", []):
            name = entry.get("EventBusName", "")
            if not name.startswith("arn:") or (account_of(name), name.split(":")[3]) == (get_account_id(), get_region()):
                continue
            if not admits(events.parse_arn(name), get_account_id()):
                who = f"arn:aws:iam::{get_account_id()}:root"
                return error("AccessDeniedException", f"User: {who} is not authorized to perform: events:PutEvents on resource: {name}", 400)
        return put_events(data, allow_aws_source)

    return put


def keeping_policy(create):
    def created(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        events._event_buses[name]["Policy"] = props.get("Policy", "")
        return name, attributes

    return created


def with_pseudo_parameters(evaluate):
    """MiniStack resolves `AWS::Region` and its like in resources, and takes them for plain text in conditions."""

    def evaluated(template, params):
        known = {"AWS::AccountId": get_account_id(), "AWS::Region": get_region(), "AWS::Partition": "aws"}
        return evaluate(template, {**{name: {"Value": value} for name, value in known.items()}, **params})

    return evaluated


def install():
    evaluated = with_pseudo_parameters(engine._evaluate_conditions)
    for module in (engine, handlers, stacks, changesets):
        module._evaluate_conditions = evaluated
    iam_evaluator._resolve_condition_key = with_organization(iam_evaluator._resolve_condition_key)
    sts.handle_request = with_source_identity(sts.handle_request)
    events._dispatch_to_event_bus = across_accounts(events._dispatch_to_event_bus)
    events._put_events = to_other_accounts(events._put_events)
    bus = provisioners._RESOURCE_HANDLERS["AWS::Events::EventBus"]
    bus["create"] = keeping_policy(bus["create"])
