import { describe, expect, it } from "vitest";
import { newsWords } from "../src/console/news";

const shown = { answered: 3, standing: "0-4-3" };

describe("what a request's page says of what came since", () => {
  it("says nothing while it shows how things stand", () => {
    expect(newsWords(shown, { ...shown })).toBe("");
  });
  it("counts new answers", () => {
    expect(newsWords(shown, { answered: 4, standing: "0-3-4" })).toBe("1 new answer.");
    expect(newsWords(shown, { answered: 9, standing: "0-0-9" })).toBe("6 new answers.");
  });
  it("tells a page that was read, an answer that was changed, a deadline that passed", () => {
    expect(newsWords(shown, { answered: 3, standing: "1-3-3" })).toBe("Something has changed.");
  });
  it("says nothing when the numbers could not be read", () => {
    expect(newsWords(shown, { answered: 0, standing: "" })).toBe("");
  });
});
