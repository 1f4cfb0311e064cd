/** Capabilities of Daily in fewer words. */
import { SEND } from "./permissions.ts";

/** See `ProviderLanguage.foldCapabilities`: every kind of media that can be sent, or received from everybody, as `*`. */
export const foldCapabilities = (capabilities: readonly string[]): readonly string[] =>
  foldKinds(foldKinds(capabilities, "daily:receive:"), "daily:send:");

const foldKinds = (capabilities: readonly string[], prefix: string): readonly string[] => {
  const all = new Set(SEND.map((kind) => prefix + kind));
  const held = capabilities.filter((capability) => all.has(capability));
  if (held.length < all.size) return capabilities;
  return capabilities.flatMap((capability) =>
    capability === held[0] ? [`${prefix}*`] : all.has(capability) ? [] : [capability],
  );
};
