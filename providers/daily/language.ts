/** What the files may say of Daily: https://docs.daily.co/reference/daily-js/types/daily-participant-permissions */
import type { Diagnostic, Json, Source } from "../../engine/model.ts";
import type { ProviderLanguage } from "../../engine/provider.ts";
import { isRecord } from "../../engine/util/record.ts";
import { foldCapabilities } from "./fold.ts";
import { nested, written } from "./permissions.ts";

const MEDIA = ["audio", "customAudio", "customVideo", "screenAudio", "screenVideo", "video"];
const ADMIN = ["participants", "streaming", "transcription"];
const LONGEST_ROOM = 128;
const LONGEST_USER = 36;

/** Not a name of the service: whether people get into a room without a token. Going from private to public gains it. */
export const JOIN_WITHOUT_TOKEN = "daily:join_without_token";

type At = (path: readonly (string | number)[]) => Source;

const capabilities = [
  ...ADMIN.map((name) => `daily:admin:${name}`),
  JOIN_WITHOUT_TOKEN,
  "daily:presence",
  ...MEDIA.map((name) => `daily:receive:${name}`),
  ...MEDIA.map((name) => `daily:send:${name}`),
];

/** Beyond the schema: a participant id lives as long as one connection, so no file can name it; and a hidden person sends nothing. */
const checkBlock = (block: Json, at: At): readonly Diagnostic[] => {
  if (!isRecord(block)) return [];
  const found: Diagnostic[] = [];
  const { canReceive, canSend, hasPresence } = block;
  if (isRecord(canReceive) && Object.hasOwn(canReceive, "byParticipantId"))
    found.push({
      severity: "error",
      code: "daily/participant-id",
      summary: '"byParticipantId" cannot be used: a participant id changes each time somebody joins',
      hint: "use byUserId, with the user id of the sender",
      source: at(["canReceive", "byParticipantId"]),
    });
  const sends = canSend === true || (Array.isArray(canSend) && canSend.length > 0);
  if (hasPresence === false && sends)
    found.push({
      severity: "warning",
      code: "daily/hidden-sender",
      summary: "somebody without presence cannot share media, whatever canSend says",
      hint: "set canSend: false, or hasPresence: true",
      source: at(["canSend"]),
    });
  return found;
};

const checkRoomId = (id: string): string | undefined => {
  if (!/^[A-Za-z0-9_-]+$/u.test(id)) return "only letters, digits, - and _ can be used";
  return id.length > LONGEST_ROOM ? `it has more than ${LONGEST_ROOM} characters` : undefined;
};

export const language: ProviderLanguage = {
  type: "daily",
  facts: {
    title: "Daily",
    origins: ["https://api.daily.co"],
    baseUrl: "https://api.daily.co/v1",
    fields: { apiKey: { pattern: /^[!-~]{1,512}$/u, form: "visible characters without spaces", secret: true } },
    listsRooms: true,
    createsRooms: true,
    knowsGroups: false,
    knowsMetadata: false,
    knowsRoomDefaults: true,
    rolesAreObjects: false,
    issuesTokens: true,
    managing: ["daily:admin:participants"],
    kinds: ["domain", "room", "live"],
  },
  checkBlock,
  canonicalBlock: (block) => (isRecord(block) ? nested(written(block)) : block),
  checkRoomId,
  checkUserId: (id) => (id.length > LONGEST_USER ? `it has more than ${LONGEST_USER} characters` : undefined),
  isCapability: (capability) => capabilities.includes(capability),
  foldCapabilities,
  capabilities,
};
