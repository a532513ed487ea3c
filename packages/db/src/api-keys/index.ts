export { insertApiKey } from './insert-api-key.ts';
export { markApiKeyRevoked } from './mark-api-key-revoked.ts';
export { type LiveApiKey, markApiKeyUsed, selectApiKeys, selectLiveApiKey } from './select-api-keys.ts';
