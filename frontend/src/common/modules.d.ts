// GOV.UK's components come without types.
declare module "govuk-frontend/dist/govuk/components/*" {
  type Component = import("./govuk").Component;
  export const Button: Component;
  export const CharacterCount: Component;
  export const Checkboxes: Component;
  export const ErrorSummary: Component;
  export const NotificationBanner: Component;
  export const Radios: Component;
  export const SkipLink: Component;
}
