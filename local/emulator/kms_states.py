"""KMS of MiniStack, made to answer as the KMS Developer Guide says (key-state, rotate-keys, deleting-keys pages).

MiniStack takes every state change whatever the key's state; the guard is about exactly those states. The checks run
after MiniStack's own authorization, so a role without the permission still gets AccessDenied first, as in AWS.
"""

import functools
import json
import sys

from ministack.core.responses import error_response_json as error
from ministack.core.responses import get_account_id, json_response
from ministack.services import kms

PENDING = ("PendingDeletion", "PendingReplicaDeletion")


def invalid_state(rec, what):
    return error("KMSInvalidStateException", f"{rec['Arn']} is {what}.", 400)


def unsupported(rec, operation):
    return error("UnsupportedOperationException", f"{operation} is not supported for {rec['Arn']}.", 400)


def pending_reason(rec):
    return "pending deletion" if rec["KeyState"] == "PendingDeletion" else "pending replica deletion"


def not_pending(rec, _data):
    return invalid_state(rec, pending_reason(rec)) if rec["KeyState"] in PENDING else None


def only_pending(rec, _data):
    return None if rec["KeyState"] in PENDING else invalid_state(rec, "not pending deletion")


def not_without_material(rec, _data):
    return invalid_state(rec, "pending import") if rec["KeyState"] == "PendingImport" else None


def rotatable(rec, data):
    if rec["KeySpec"] != "SYMMETRIC_DEFAULT" or rec["Origin"] != "AWS_KMS" or rec.get("_mrk_type") == "REPLICA":
        return unsupported(rec, "Automatic key rotation")
    if not 90 <= data.get("RotationPeriodInDays", 365) <= 2560:
        return error("ValidationException", "RotationPeriodInDays must be between 90 and 2560.", 400)
    return error("DisabledException", f"{rec['Arn']} is disabled.", 400) if rec["KeyState"] == "Disabled" else None


def sound_policy(rec, data):
    policy = data.get("Policy", "")
    if len(policy) > 32768:
        return error("LimitExceededException", "The key policy exceeds 32768 characters.", 400)
    try:
        return None if isinstance(json.loads(policy), dict) else error("MalformedPolicyDocumentException", "", 400)
    except ValueError:
        return error("MalformedPolicyDocumentException", "The policy is not JSON.", 400)


CHECKS = {
    "_cancel_key_deletion": (only_pending,),
    "_schedule_key_deletion": (not_pending,),
    "_enable_key": (not_pending, not_without_material),
    "_disable_key": (not_pending, not_without_material),
    "_enable_key_rotation": (not_pending, rotatable),
    "_disable_key_rotation": (not_pending, rotatable),
    "_tag_resource": (not_pending,),
    "_untag_resource": (not_pending,),
    "_update_key_description": (not_pending,),
    "_put_key_policy": (sound_policy,),
}


def checked(handler, checks):
    @functools.wraps(handler)
    def run(data):
        key_id = str(data.get("KeyId", ""))
        if "alias/" in key_id:
            return error("NotFoundException", f"Invalid keyId {key_id}", 400)
        rec = kms._resolve_key(key_id)
        refusals = (check(rec, data) for check in checks) if rec else ()
        return next((refusal for refusal in refusals if refusal), None) or handler(data)

    return run


def paged(handler, field):
    """MiniStack cuts or ignores Limit and gives no marker: the sweep must meet real pages."""
    def run(data):
        answer = handler({**{name: value for name, value in data.items() if name != "Marker"}, "Limit": sys.maxsize})
        if answer[0] != 200:
            return answer
        items = json.loads(answer[2])[field]
        start = int(data.get("Marker") or 0)
        end = start + data.get("Limit", 100)
        more = {"NextMarker": str(end)} if end < len(items) else {}
        return json_response({field: items[start:end], "Truncated": end < len(items), **more})

    return run


def with_account(metadata):
    def run(rec):
        answer = metadata(rec)
        answer["AWSAccountId"] = get_account_id()
        if rec["KeyState"] == "PendingReplicaDeletion":
            answer.pop("DeletionDate", None)
        return answer

    return run


def usable(handler):
    def run(rec):
        return invalid_state(rec, pending_reason(rec)) if rec["KeyState"] in PENDING else handler(rec)

    return run


def not_to_pending(handler):
    def run(data):
        rec = kms._resolve_key(data.get("TargetKeyId", ""))
        return (rec and not_pending(rec, data)) or handler(data)

    return run


def install():
    for name, checks in CHECKS.items():
        setattr(kms, name, checked(getattr(kms, name), checks))
    kms._create_alias = not_to_pending(kms._create_alias)
    kms._update_alias = not_to_pending(kms._update_alias)
    kms._list_keys = paged(kms._list_keys, "Keys")
    kms._list_aliases = paged(kms._list_aliases, "Aliases")
    kms._list_resource_tags = paged(kms._list_resource_tags, "Tags")
    kms._key_metadata = with_account(kms._key_metadata)
    kms._check_key_state = usable(kms._check_key_state)
