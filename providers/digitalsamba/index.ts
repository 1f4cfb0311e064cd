/** Digital Samba: roles that name each other, rooms that use them, the team's defaults. */
import type { Address, Desired } from "../../engine/model.ts";
import { defineProvider, type Provider } from "../../engine/provider.ts";
import { address, addressParts } from "../../engine/util/address.ts";
import { isRecord } from "../../engine/util/record.ts";
import { between } from "./between.ts";
import { calls } from "./calls.ts";
import { reader, writer } from "./connect.ts";
import { asCreated, isTextList, ROLE, ROOM, roleSpec, roomSpec, targetsOf, teamSpec } from "./convert.ts";
import { desire } from "./desire.ts";
import { effective } from "./effective.ts";
import { foldCapabilities } from "./fold.ts";
import { recall } from "./inherits.ts";
import { language } from "./language.ts";
import { allPlaces, places } from "./places.ts";
import { policyFaults } from "./policy-faults.ts";
import { remarks } from "./remarks.ts";
import { fieldWords, show } from "./show.ts";
import { issueToken, tokenGrant } from "./token.ts";
import { unread } from "./unread.ts";

/** Roles that it names; for the team also rooms that would follow it; for a role that goes, what has to let go of it first. */
const needs = (desired: Desired): readonly Address[] => {
  const { spec, kind, wire } = desired;
  const [provider = ""] = addressParts(desired.address);
  const roles = (names: Iterable<string>): readonly Address[] =>
    [...names].map((name) => address(provider, ROLE, name));
  if (spec === null) return isRecord(wire) && isTextList(wire.holders) ? wire.holders : [];
  if (kind === ROLE) return roles(targetsOf(roleSpec(spec).permissions));
  if (kind === ROOM) return roles(roomSpec(spec).roles);
  const pinned = isRecord(wire) && isTextList(wire.pinned) ? wire.pinned : [];
  return [...roles(teamSpec(spec).roles), ...pinned.map((room) => address(provider, ROOM, room))];
};

export const digitalsamba: Provider = defineProvider({
  ...language,
  foldCapabilities,
  checkPolicy: policyFaults,
  reader,
  writer,
  recall,
  desire,
  needs,
  places,
  allPlaces,
  effective,
  unread,
  calls: (changes) => calls(changes),
  between,
  asPlanned: (planned, present, isNew) => (isNew ? asCreated(planned, present) : present),
  remarks,
  show,
  fieldWords,
  tokenGrant,
  issueToken,
});
