/**
 * Permissions that may be over others too: the service's guide does not say, so a list of roles may be found there. The
 * files give them to everybody or nobody.
 */
export const MAYBE_ROLE_SENSITIVE: readonly string[] = [
  "ask_remote_unmute",
  "ban_participants",
  "manage_edit_whiteboard",
  "rename_participants",
];

/** Not a name of the service: people get into a room without being let in by somebody. Unlocking a room gains it. */
export const JOIN_WITHOUT_ACCEPTANCE = "digitalsamba:join_without_acceptance";

/**
 * What a person needs to read: one line for a permission over every role, be it `NAME(*)` or plain `NAME`; last what comes
 * with nearly every room.
 */
export const foldCapabilities = (capabilities: readonly string[]): readonly string[] =>
  capabilities.includes(JOIN_WITHOUT_ACCEPTANCE)
    ? [...foldNames(capabilities.filter((one) => one !== JOIN_WITHOUT_ACCEPTANCE)), JOIN_WITHOUT_ACCEPTANCE]
    : foldNames(capabilities);

const foldNames = (capabilities: readonly string[]): readonly string[] => {
  const whole = new Set(capabilities.filter((one) => isWhole(one)).map((one) => one.replace(/\(\*\)$/u, "")));
  return capabilities.filter((one) => isWhole(one) || !whole.has(one.slice(0, one.indexOf("("))));
};

const isWhole = (capability: string): boolean => !capability.includes("(") || capability.endsWith("(*)");
