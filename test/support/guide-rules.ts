/** The two rules of the guide as it prints them, without the list that the second one names. */
export const GUIDE_RULES = `rules:
- name: Unauthorized Access
  condition: |
    event.type == "authentication" and
    event.result == "failure" and
    event.failure_count > 5
  action: alert
- name: Privilege Escalation
  condition: |
    event.type == "authorization" and
    event.action == "escalate" and
    event.user not in authorized_users
  action: block
`;
