/**
 * Renders again only when what is rendered has changed. cdk8s validates every construct of an app once for each chart,
 * so a text that is checked for its size would be made thousands of times.
 */
export function rendered<T extends object>(render: (options: T) => string): (options: T) => string {
  let last: { readonly key: string; readonly text: string } | undefined;
  return (options) => {
    const key = JSON.stringify(options);
    if (last?.key !== key) last = { key, text: render(options) };
    return last.text;
  };
}
