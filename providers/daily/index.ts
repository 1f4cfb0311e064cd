/** Daily: permissions of the domain, of rooms, and of the people in running calls. */
import { defineProvider, type Provider } from "../../engine/provider.ts";
import { address, addressParts } from "../../engine/util/address.ts";
import { isRecord } from "../../engine/util/record.ts";
import { calls } from "./calls.ts";
import { reader, writer } from "./connect.ts";
import { DOMAIN, inSentWords, LIVE, ROOM } from "./convert.ts";
import { desire } from "./desire.ts";
import { allPlaces, effective, places } from "./effective.ts";
import { language } from "./language.ts";
import { layerOf } from "./layers.ts";
import { withNames } from "./named.ts";
import { isField } from "./permissions.ts";
import { recall } from "./recall.ts";
import { remarks } from "./remarks.ts";
import { checkPolicy } from "./rules.ts";
import { show } from "./show.ts";
import { issueToken, tokenGrant } from "./token.ts";

export const daily: Provider = defineProvider({
  ...language,
  facts: { ...language.facts, volatile: [LIVE], unverified: [LIVE], presenceLagMs: 15_000 },
  checkPolicy,
  reader,
  writer,
  recall: (input) => withNames(input.policy, recall(input)),
  desire,
  /** A call stands on its room, which says what everybody else gets; a room that gives its values by the domain on that. */
  needs: ({ address: object, kind, id, wire }) => {
    const [provider = ""] = addressParts(object);
    if (kind === LIVE) return [address(provider, ROOM, id)];
    return isRecord(wire) && wire.inherits === true ? [address(provider, DOMAIN)] : [];
  },
  places,
  allPlaces,
  effective,
  layerOf,
  calls: (changes) => calls(changes),
  asPlanned: (planned, present) => inSentWords(present, planned),
  remarks,
  isAtomic: (_, path) => isField(path.slice(1)),
  show,
  tokenGrant,
  issueToken,
});
