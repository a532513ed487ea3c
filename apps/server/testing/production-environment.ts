import { ConfigError, readConfig } from '../src/config/config.ts';

/** The least that production takes. */
export const productionEnvironment = {
  NODE_ENV: 'production',
  JWT_SECRET: 'FTq4Yl8kfZ2vR7wX1nP5sB9dM3hJ6gCa+Ee0UuVvWw==',
  ADMIN_USERNAME: 'operator',
  ADMIN_PASSWORD: 'a password of their own',
};

/** The lines of the refusal, one for each problem; empty when the configuration is fine. */
export function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').slice(1);
  }
}
