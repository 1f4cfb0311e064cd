/** What the files may say of Liveblocks: https://liveblocks.io/docs/authentication/permissions */
import type { Diagnostic, Json, Source } from "../../engine/model.ts";
import type { ProviderLanguage } from "../../engine/provider.ts";
import { foldCapabilities } from "./fold.ts";
import { canonicalScopes, isTextList } from "./scopes.ts";

const BASE_SCOPES: ReadonlySet<string> = new Set(["*:read", "*:write", "room:read", "room:write"]);
const FEATURES = ["storage", "comments", "comments:public", "comments:private", "feeds"];
const LEVELS = ["read", "write", "none"];
const SCOPES: ReadonlySet<string> = new Set([
  ...BASE_SCOPES,
  "room:presence:write",
  ...FEATURES.flatMap((feature) => LEVELS.map((level) => `${feature}:${level}`)),
]);
/** Accepted beside a base scope, and gives nothing. */
const PRESENCE = "room:presence:write";
const LONGEST_ROOM = 128;
const LONGEST_USER = 256;
/** `422 Unsafe key: '__proto__'` of the development server, for a user or a group; as a room it works. Production: not known. */
const UNSAFE_KEY = "__proto__";

type At = (path: readonly (string | number)[]) => Source;

const capabilities = [
  "liveblocks:comments:private:read",
  "liveblocks:comments:private:write",
  "liveblocks:comments:public:read",
  "liveblocks:comments:public:write",
  "liveblocks:feeds:read",
  "liveblocks:feeds:write",
  "liveblocks:room:read",
  "liveblocks:room:write",
  "liveblocks:storage:read",
  "liveblocks:storage:write",
];

/** The vendor's rule for a list of scopes: exactly one base scope, at most one scope of each feature; `[]` gives nothing. */
const checkBlock = (block: Json, at: At): readonly Diagnostic[] => {
  if (!Array.isArray(block) || block.length === 0) return [];
  const found: Diagnostic[] = [];
  const first = new Map<string, number>();
  for (const [index, scope] of block.entries()) {
    if (typeof scope !== "string" || scope === PRESENCE) continue;
    const feature = featureOf(scope);
    const earlier = first.get(feature);
    if (earlier === undefined) first.set(feature, index);
    else found.push(twice(feature, String(block[earlier]), scope, at([index]), at([earlier])));
  }
  const unknown = block.some((scope) => typeof scope !== "string" || !SCOPES.has(scope));
  if (!first.has("room") && !unknown) found.push(noBase(block.includes(PRESENCE), at([])));
  return found;
};

const featureOf = (scope: string): string =>
  BASE_SCOPES.has(scope) ? "room" : scope.slice(0, Math.max(scope.lastIndexOf(":"), 0));

const twice = (feature: string, earlier: string, scope: string, source: Source, other: Source): Diagnostic => {
  const what = feature === "room" ? "the room" : feature;
  const summary =
    earlier === scope
      ? `the scope "${scope}" stands twice`
      : `"${earlier}" and "${scope}" both say what holds for ${what}`;
  return {
    severity: "error",
    code: "liveblocks/scopes",
    summary,
    hint: "keep one of them",
    source,
    also: [{ summary: "the other scope", source: other }],
  };
};

const noBase = (presence: boolean, source: Source): Diagnostic => ({
  severity: "error",
  code: "liveblocks/scopes",
  summary: presence
    ? `"${PRESENCE}" stands without a base scope`
    : "the list has no base scope, so it would give nothing",
  hint: "add room:read or room:write; for no access at all write []",
  source,
});

export const language: ProviderLanguage = {
  type: "liveblocks",
  facts: {
    title: "Liveblocks",
    origins: ["https://api.liveblocks.io"],
    baseUrl: "https://api.liveblocks.io",
    fields: {
      secretKey: {
        pattern: /^sk_[A-Za-z0-9_-]+$/u,
        form: "begins with sk_, then letters, digits, _ and -",
        secret: true,
      },
    },
    listsRooms: true,
    createsRooms: true,
    knowsGroups: true,
    knowsMetadata: true,
    knowsRoomDefaults: false,
    rolesAreObjects: false,
    issuesTokens: false,
    managing: [],
    kinds: ["room"],
  },
  checkBlock,
  canonicalBlock: (block) => (isTextList(block) ? canonicalScopes(block) : block),
  checkRoomId: (id) => (id.length > LONGEST_ROOM ? `it has more than ${LONGEST_ROOM} characters` : undefined),
  checkUserId: (id) => {
    if (id === UNSAFE_KEY)
      return "its development server refuses the key as unsafe, and with it all that is sent for the room";
    return id.length > LONGEST_USER ? `it has more than ${LONGEST_USER} characters` : undefined;
  },
  isCapability: (capability) => capabilities.includes(capability),
  capabilities,
  foldCapabilities,
};
