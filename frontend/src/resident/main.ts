/** What residents' pages gain from scripts. Everything works without; this file stays small. */
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { startCountdowns } from "../common/countdown";
import { startComponents } from "../common/govuk";
import { startSteadyForms } from "../common/steady";
import { enhanceTimes } from "../common/times";
import { runClockForm } from "./clock";
import { reportFirstUse } from "./seen";
import { offerStreetMap } from "./street-offer";
import "./resident.scss";

startComponents([Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]);
enhanceTimes(document, document.body.dataset["timeZone"] ?? "", "replace");
startCountdowns(document);
reportFirstUse(document);
startSteadyForms(document);
offerStreetMap(document);
void runClockForm(document);
