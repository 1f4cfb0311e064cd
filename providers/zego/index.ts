/** ZEGOCLOUD: what people may do on the whiteboards of rooms that are going on, by default and one by one. */
import { defineProvider, type Provider } from "../../engine/provider.ts";
import { calls } from "./calls.ts";
import { reader, writer } from "./connect.ts";
import { desire } from "./desire.ts";
import { allPlaces, between, effective, places } from "./effective.ts";
import { language } from "./language.ts";
import { remarks } from "./remarks.ts";
import { show } from "./show.ts";
import { trapsOf } from "./traps.ts";

export const zego: Provider = defineProvider({
  ...language,
  checkPolicy: trapsOf,
  reader,
  writer,
  desire,
  places,
  allPlaces,
  effective,
  calls: (changes) => calls(changes),
  between,
  remarks: (change, _loses, policy) => remarks(change, policy),
  show,
});
