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

const plainly: ReadonlySet<string> = new Set(MAYBE_ROLE_SENSITIVE.map((name) => `digitalsamba:${name}`));

/** Not a name of the service: people get into a room without being let in by somebody. Unlocking a room gains it. */
export const JOIN_WITHOUT_ACCEPTANCE = "digitalsamba:join_without_acceptance";

/**
 * What a person needs to read: one line for a permission over every role, and none for the bare name beside a list; last
 * what comes with nearly every room.
 */
export const foldCapabilities = (capabilities: readonly string[]): readonly string[] =>
  capabilities.includes(JOIN_WITHOUT_ACCEPTANCE)
    ? [...foldNames(capabilities.filter((one) => one !== JOIN_WITHOUT_ACCEPTANCE)), JOIN_WITHOUT_ACCEPTANCE]
    : foldNames(capabilities);

const foldNames = (capabilities: readonly string[]): readonly string[] => {
  const whole = new Set<string>();
  const listed = new Set<string>();
  for (const capability of capabilities) {
    const at = capability.indexOf("(");
    if (at === -1) continue;
    listed.add(capability.slice(0, at));
    if (capability.endsWith("(*)")) whole.add(capability.slice(0, at));
  }
  return capabilities.filter((capability) => {
    const at = capability.indexOf("(");
    if (at === -1) return !listed.has(capability) || (plainly.has(capability) && whole.has(capability));
    const name = capability.slice(0, at);
    return capability.endsWith("(*)") ? !plainly.has(name) || !capabilities.includes(name) : !whole.has(name);
  });
};
