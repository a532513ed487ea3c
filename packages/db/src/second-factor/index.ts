export { addTotp, insertPendingTotp, selectPendingTotp } from './add-totp.ts';
export { insertChallenge, takeChallenge } from './challenges.ts';
export { replaceRecoveryCodes, useRecoveryCode } from './recovery-codes.ts';
export { deleteTotp, resetSecondFactor } from './remove-second-factor.ts';
export { type SecondFactors, selectSecondFactors } from './select-second-factors.ts';
export { acceptTotpCode, selectTotp } from './totp-codes.ts';
