/** The grammar of section 2.1 and 2.2, the same object at every height. */
export type DailySandboxPermissions = {
  readonly hasPresence?: boolean;
  readonly canSend?: boolean | readonly string[];
  readonly canReceive?: CanReceive;
  readonly canAdmin?: boolean | readonly string[];
};

type Media = boolean | { readonly [kind: string]: boolean | { readonly [track: string]: boolean } };
type CanReceive = {
  readonly base?: Media;
  readonly byUserId?: { readonly [userId: string]: Media };
  readonly byParticipantId?: { readonly [sessionId: string]: Media };
};

/** What somebody in a call has: every field, `base` included. */
export type LivePermissions = Required<DailySandboxPermissions> & {
  readonly canReceive: CanReceive & { readonly base: Media };
};

type Json = string | number | boolean | null | readonly Json[] | JsonRecord;
export type JsonRecord = { readonly [key: string]: Json };

/** Whether something that came as JSON is an object. */
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The first key that is not in the list: every schema forbids others, that the server then says 400 is assumed. */
export const unknownKey = (record: JsonRecord, known: readonly string[]): string | undefined => {
  const key = Object.keys(record).find((each) => !known.includes(each));
  return key === undefined ? undefined : `unknown property '${key}'`;
};

const SEND = ["video", "audio", "screenVideo", "screenAudio", "customVideo", "customAudio"];
const ADMIN = ["participants", "streaming", "transcription"];
const PLAIN_MEDIA = ["video", "audio", "screenVideo", "screenAudio"];
const TRACK_MEDIA = ["customVideo", "customAudio"];

/** What is wrong with a permissions object. Unknown words in it get 400, and so does null: both are assumed. */
export const checkPermissions = (value: unknown, partialBase: boolean): string | undefined => {
  if (!isRecord(value)) return "permissions must be an object";
  const { hasPresence, canSend, canReceive, canAdmin } = value;
  return (
    unknownKey(value, ["hasPresence", "canSend", "canReceive", "canAdmin"]) ??
    (hasPresence === undefined || typeof hasPresence === "boolean" ? undefined : "hasPresence must be a boolean") ??
    checkWords(canSend, "canSend", SEND) ??
    checkWords(canAdmin, "canAdmin", ADMIN) ??
    (canReceive === undefined ? undefined : checkReceive(canReceive, partialBase))
  );
};

const checkWords = (value: unknown, name: string, known: readonly string[]): string | undefined => {
  if (value === undefined || typeof value === "boolean") return undefined;
  if (!Array.isArray(value)) return `${name} must be a boolean or a list`;
  return value.every((word) => known.includes(word)) ? undefined : `${name} has an unknown value`;
};

const checkReceive = (value: unknown, partialBase: boolean): string | undefined => {
  if (!isRecord(value)) return "canReceive must be an object";
  const wrong = unknownKey(value, ["base", "byUserId", "byParticipantId"]);
  if (wrong !== undefined) return wrong;
  const { base } = value;
  if (base !== undefined && !isMedia(base, !partialBase)) return "canReceive.base is wrong";
  for (const name of ["byUserId", "byParticipantId"]) {
    const map = value[name];
    if (map === undefined) continue;
    if (!isRecord(map) || !Object.values(map).every((media) => isMedia(media, false))) {
      return `canReceive.${name} is wrong`;
    }
  }
  return undefined;
};

const isMedia = (value: unknown, full: boolean): boolean => {
  if (typeof value === "boolean") return true;
  if (!isRecord(value)) return false;
  const kinds = [...PLAIN_MEDIA, ...TRACK_MEDIA];
  if (full && !kinds.every((kind) => value[kind] !== undefined)) return false;
  return Object.entries(value).every(([kind, media]) => {
    if (PLAIN_MEDIA.includes(kind)) return typeof media === "boolean";
    if (!TRACK_MEDIA.includes(kind) || !isRecord(media) || (full && media["*"] === undefined)) return false;
    return Object.values(media).every((each) => typeof each === "boolean");
  });
};

/** Assumed: no page states what holds where nothing is set. */
const BUILT_IN: LivePermissions = { hasPresence: true, canSend: true, canReceive: { base: true }, canAdmin: false };

/**
 * What somebody has on joining: each field from the first height that sets it, token, room, domain (section 2.3).
 * `canReceive` counts as one field. Owners are not governed by any of them.
 */
export const initialPermissions = (
  heights: readonly (DailySandboxPermissions | undefined)[],
  { owner, hidden }: { readonly owner: boolean; readonly hidden: boolean },
): LivePermissions => {
  const presence = hidden ? { ...BUILT_IN, hasPresence: false } : BUILT_IN;
  if (owner) return { ...presence, canAdmin: true };
  let live = presence;
  for (const height of heights.toReversed()) {
    if (height === undefined) continue;
    const { canReceive } = height;
    live = {
      ...live,
      ...height,
      canReceive: canReceive === undefined ? live.canReceive : { base: true, ...canReceive },
    };
  }
  return live;
};

/** What update-permissions does to one person: a given field replaces, of `canReceive` a given sub-field. */
export const updatePermissions = (live: LivePermissions, update: DailySandboxPermissions): LivePermissions => ({
  ...live,
  ...update,
  canReceive: { ...live.canReceive, ...update.canReceive },
});
