import { describe, expect, it } from "vitest";
import { parseExactJson } from "./exact-json.ts";

describe("parseExactJson", () => {
  it("keeps every digit of an integer that is too large for a number", () => {
    const text = '{"Marker":6085791336856668982,"List":[-6085791336856668982, 18446744073709551615]}';
    expect(parseExactJson(text)).toEqual({
      Marker: "6085791336856668982",
      List: ["-6085791336856668982", "18446744073709551615"],
    });
  });

  it("leaves small integers, fractions, exponents and texts alone", () => {
    const text = String.raw`{"a":1780315200000,"b":0.12345678901234567,"c":1e21,"d":"x \" 6085791336856668982, \\","e":12345678901234567.5}`;
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it("is as strict as other answers", () => {
    expect(() => parseExactJson('{"Code":0,"Code":1}')).toThrow("twice");
    expect(() => parseExactJson("<html>")).toThrow("web page");
    expect(() => parseExactJson('{"Code":6085791336856668982')).toThrow("cut off");
  });
});
