"""The KMS answers that MiniStack lacks or gives otherwise than AWS: last use, rotation, deletion of families."""

import json
import time
import uuid

from ministack.core.responses import error_response_json as error
from ministack.core.responses import get_account_id, get_region, json_response, request_scope
from ministack.services import kms

import kms_states
from kms_states import PENDING, not_pending, rotatable, unsupported

DAY = 86400
TRACKING_BEGAN = 1776902400  # 2026-04-23, when AWS began to record last use (KDG: monitoring-keys-determining-usage)
CRYPTO = {
    "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncrypt", "Sign", "Verify", "VerifyMac",
}


def schedule_key_deletion(data):
    """A replica keeps its place in the family until it is really deleted: MiniStack removes it when scheduled."""
    days = data.get("PendingWindowInDays", 30)
    if not isinstance(days, int) or not 7 <= days <= 30:
        return error("ValidationException", "PendingWindowInDays must be between 7 and 30", 400)
    rec = kms._resolve_key(data.get("KeyId", ""))
    if not rec:
        return error("NotFoundException", f"Key '{kms._arn(data.get('KeyId', ''))}' does not exist", 400)
    replicas = [region for region in rec.get("_mrk_regions") or [] if region != get_region()]
    waits = rec.get("_mrk_type") == "PRIMARY" and bool(replicas)
    rec.update(KeyState="PendingReplicaDeletion" if waits else "PendingDeletion", Enabled=False)
    answer = {"KeyId": rec["Arn"], "KeyState": rec["KeyState"], "PendingWindowInDays": days}
    if waits:
        rec["_pending_window_days"] = days
    else:
        answer["DeletionDate"] = rec["DeletionDate"] = int(time.time()) + days * DAY
    return json_response(answer)


def rotation_source(rec):
    """Replicas mirror the rotation of their primary."""
    if rec.get("_mrk_type") != "REPLICA":
        return rec
    with request_scope(get_account_id(), rec["_mrk_primary_region"]):
        return kms._keys.get(rec["KeyId"]) or rec


def get_key_rotation_status(data):
    rec = kms._resolve_key(data.get("KeyId", ""))
    if not rec:
        return error("NotFoundException", f"Key '{kms._arn(data.get('KeyId', ''))}' does not exist", 400)
    if rec["Origin"] == "EXTERNAL":
        return unsupported(rec, "GetKeyRotationStatus")
    source = rotation_source(rec)
    answer = {"KeyId": rec["Arn"], "KeyRotationEnabled": False}
    if source.get("KeyRotationEnabled") and rec["KeyState"] not in PENDING:
        period = source.get("RotationPeriodInDays", 365)
        since = source.get("_rotation_since", source["CreationDate"])
        answer.update(KeyRotationEnabled=True, RotationPeriodInDays=period, NextRotationDate=since + period * DAY)
    return json_response(answer)


def rotation_enabled_now(handler):
    def run(data):
        answer = handler(data)
        if answer[0] == 200:
            kms._resolve_key(data["KeyId"])["_rotation_since"] = int(time.time())
        return answer

    return run


def rotate_key_on_demand(data):
    rec = kms._resolve_key(data.get("KeyId", ""))
    if not rec:
        return error("NotFoundException", f"Key '{kms._arn(data.get('KeyId', ''))}' does not exist", 400)
    refusal = not_pending(rec, data) or rotatable(rec, {})
    done = rec.setdefault("_rotations", [])
    if refusal or len(done) >= 25:
        return refusal or error("LimitExceededException", "On-demand rotations of this key: 25 of 25.", 400)
    done.append({"KeyId": rec["KeyId"], "RotationDate": int(time.time()), "RotationType": "ON_DEMAND"})
    return json_response({"KeyId": rec["KeyId"]})


def list_key_rotations(data):
    rec = kms._resolve_key(data.get("KeyId", ""))
    if not rec:
        return error("NotFoundException", f"Key '{kms._arn(data.get('KeyId', ''))}' does not exist", 400)
    return json_response({"Rotations": rec.get("_rotations", []), "Truncated": False})


def update_primary_region(data):
    rec = kms._resolve_key(data.get("KeyId", ""))
    target = data.get("PrimaryRegion", "")
    if not rec:
        return error("NotFoundException", f"Key '{kms._arn(data.get('KeyId', ''))}' does not exist", 400)
    if rec.get("_mrk_type") != "PRIMARY" or target not in (rec.get("_mrk_regions") or []):
        return unsupported(rec, "UpdatePrimaryRegion")
    for region, member in kms._mrk_members(rec):
        member.update(_mrk_primary_region=target, _mrk_type="PRIMARY" if region == target else "REPLICA")
    return json_response({})


def re_encrypt(data):
    opened = kms._decrypt({
        "CiphertextBlob": data.get("CiphertextBlob", ""), "KeyId": data.get("SourceKeyId", ""),
        "EncryptionContext": data.get("SourceEncryptionContext", {}),
    })
    if opened[0] != 200:
        return opened
    plain = json.loads(opened[2])
    sealed = kms._encrypt({
        "KeyId": data.get("DestinationKeyId", ""), "Plaintext": plain["Plaintext"],
        "EncryptionContext": data.get("DestinationEncryptionContext", {}),
    })
    if sealed[0] != 200:
        return sealed
    return json_response({**json.loads(sealed[2]), "SourceKeyId": plain["KeyId"]})


def remember_use(action, answer):
    body = json.loads(answer[2])
    for arn in {body.get("KeyId"), body.get("SourceKeyId")} - {None}:
        rec = kms._resolve_key(arn)
        if rec:
            rec["_last_use"] = {
                "Operation": action, "Timestamp": int(time.time()),
                "CloudTrailEventId": str(uuid.uuid4()), "KmsRequestId": str(uuid.uuid4()),
            }


def get_key_last_usage(data):
    key_id = str(data.get("KeyId", ""))
    rec = None if "alias/" in key_id else kms._resolve_key(key_id)
    if not rec:
        return error("NotFoundException", f"Key '{kms._arn(key_id)}' does not exist", 400)
    created = rec["CreationDate"]
    return json_response({
        "KeyId": rec["Arn"], "KeyLastUsage": rec.get("_last_use") or {}, "KeyCreationDate": created,
        "TrackingStartDate": rec.get("_tracking_since", max(created, TRACKING_BEGAN)),
    })


def set_usage(wanted):
    """Backdates a key for tests and demos: {"keyId","createdAt"?,"trackingStartedAt"?,"lastUse"?}, seconds; or null."""
    rec = kms._resolve_key(wanted["keyId"])
    if not rec:
        return None
    for name, field in (("createdAt", "CreationDate"), ("trackingStartedAt", "_tracking_since")):
        if name in wanted:
            rec[field] = wanted[name]
    if "lastUse" in wanted:
        use = wanted["lastUse"]
        rec["_last_use"] = use and {
            "Operation": use["operation"], "Timestamp": use["at"],
            "CloudTrailEventId": str(uuid.uuid4()), "KmsRequestId": str(uuid.uuid4()),
        }
    return rec["Arn"]


def delete_key(key_id):
    rec = kms._resolve_key(key_id)
    if not rec:
        return None
    for _region, member in list(kms._mrk_members(rec)):
        member["_mrk_regions"] = [region for region in member["_mrk_regions"] if region != get_region()]
    for alias in [name for name, of in kms._aliases.items() if of == rec["KeyId"]]:
        del kms._aliases[alias]
    del kms._keys[rec["KeyId"]]
    return rec["Arn"]


ADDED = {
    "GetKeyLastUsage": get_key_last_usage,
    "ListKeyRotations": list_key_rotations,
    "ReEncrypt": re_encrypt,
    "RotateKeyOnDemand": rotate_key_on_demand,
    "UpdatePrimaryRegion": update_primary_region,
}


def install():
    kms._schedule_key_deletion = schedule_key_deletion
    kms._get_key_rotation_status = get_key_rotation_status
    kms._enable_key_rotation = rotation_enabled_now(kms._enable_key_rotation)
    kms_states.install()
    inner = kms.handle_request

    async def handle_request(method, path, headers, body, query_params):
        action = headers.get("x-amz-target", "").split(".")[-1]
        if action in ADDED:
            answer = ADDED[action](json.loads(body or b"{}"))
        else:
            answer = await inner(method, path, headers, body, query_params)
        if action in CRYPTO and answer[0] == 200:
            remember_use(action, answer)
        return answer

    kms.handle_request = handle_request
