/** Starting GOV.UK's components without its inline snippet, which our policy forbids. */

export interface Component {
  moduleName: string;
  new (root: Element): unknown;
}

/** Starts each component on every element that names it in data-module. */
export function startComponents(components: Component[]): void {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  for (const Component of components) {
    for (const root of document.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
      try {
        new Component(root);
      } catch (error) {
        // One component that cannot start must not take the others with it.
        console.error(error);
      }
    }
  }
}
