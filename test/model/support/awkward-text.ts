import * as fc from 'fast-check';

/** Pieces that mean something to Fluentd's reader, to Ruby, or to JSON. */
const PIECES = [
  '"', "'", '\\', '#', '#{', '}', '#{exit!}', '${', '${tag}', '%{x}', '$', '[', ']', '{', '{}', '<', '>', '</match>', '@',
  '@include', ' ', '  ', ' #', '\t', '\n', '\r\n', '\r', '\0', '\b', '\f', '\u0007', '\u0085', '\u2028', '\ufeff', '/', '/a/i',
  ',', ':', 'ü', '漢', '🔑', 'a', 'B', '0', '-', 'true', 'k1', '500ms', '\\d', '=begin', '=end', '__FILE__',
]; // prettier-ignore

/** Text made of such pieces and of any characters, well-formed. */
export const awkwardText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 8 })
  .map((pieces) => pieces.join(''));
