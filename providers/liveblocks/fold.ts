const FEATURES = ["storage", "comments:public", "comments:private", "feeds"] as const;
const name = (feature: string, level: string): string => `liveblocks:${feature}:${level}`;

/**
 * What a person needs to read: features that go with the base access are left out, and reading where there is writing.
 * Features are all listed as soon as one of them does not go with the base.
 */
export const foldCapabilities = (capabilities: readonly string[]): readonly string[] => {
  const held = new Set(capabilities);
  const dropped = new Set<string>();
  for (const level of ["read", "write"] as const) {
    if (!held.has(name("room", level)) || !FEATURES.every((feature) => held.has(name(feature, level)))) continue;
    for (const feature of FEATURES) dropped.add(name(feature, level));
  }
  for (const resource of ["room", ...FEATURES]) {
    if (held.has(name(resource, "write"))) dropped.add(name(resource, "read"));
  }
  return capabilities.filter((capability) => !dropped.has(capability));
};
