let name = '';

/** The user name that the sign-in form starts with. It is not kept when the page is loaded again. */
export const getSignInName = (): string => name;

export function setSignInName(username: string): void {
  name = username;
}
