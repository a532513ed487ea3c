import { ConfigError, readConfig } from '../src/config.ts';

/** The minimal environment that is accepted in production. */
export const productionEnvironment = {
  NODE_ENV: 'production',
  JWT_SECRET: 'FTq4Yl8kfZ2vR7wX1nP5sB9dM3hJ6gCa+Ee0UuVvWw==',
  ADMIN_USERNAME: 'operator',
  ADMIN_PASSWORD: 'a password of their own',
};

/** The problems of a configuration, one line each; empty when it is accepted. */
export function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').slice(1);
  }
}
