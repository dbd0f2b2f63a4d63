/** What events name as changed: the URIs of the resources here, with ids. */
export const profileUri = (user_id: string): string => `users://${user_id}/profile`;
export const permissionsUri = (user_id: string): string => `users://${user_id}/permissions`;
export const securityUri = (user_id: string): string => `users://${user_id}/security`;
