import { createHash, randomInt } from 'node:crypto';

const codesPerUser = 10;
const charactersPerCode = 12;
/** Crockford's base32, which has no I, L, O and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ten new recovery codes of 60 random bits each, such as `7Q2M-9XKD-40TB`. The database stores only their hashes. */
export function createRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: codesPerUser }, () =>
    Array.from({ length: charactersPerCode }, (_, at) => {
      const character = alphabet.charAt(randomInt(alphabet.length));
      return at > 0 && at % 4 === 0 ? `-${character}` : character;
    }).join(''),
  );
  return { codes, hashes: codes.map((code) => hashRecoveryCode(code).toString('hex')) };
}

/** SHA-256 of the code as people may type it: case-insensitive, with or without dashes and spaces, O for 0, I and L for 1. */
export function hashRecoveryCode(code: string): Buffer {
  const typed = code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(typed).digest();
}
