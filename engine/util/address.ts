import type { Address } from "../model.ts";

const encode = (part: string): string => part.replaceAll("%", "%25").replaceAll("/", "%2F");
const decode = (part: string): string => part.replaceAll("%2F", "/").replaceAll("%25", "%");

/** `provider/kind/id…` with `/` and `%` in the parts percent-encoded. */
export const address = (...parts: readonly string[]): Address => parts.map(encode).join("/");

/** The parts of an address, decoded. */
export const addressParts = (text: Address): readonly string[] => text.split("/").map(decode);

/** The kind of the object at an address: the part behind the provider. */
export const kindOf = (text: Address): string => addressParts(text)[1] ?? "";

/** The provider of an address, by its name in the files. */
export const providerNameOf = (text: Address): string => addressParts(text)[0] ?? "";
