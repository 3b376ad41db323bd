/** What every console page gains from scripts: keys, list movement, filters, times, dialogs, the idle warning. */
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { startClockChoices } from "../common/clock-choice";
import { startCountdowns } from "../common/countdown";
import { startComponents } from "../common/govuk";
import { startSteadyForms } from "../common/steady";
import { enhanceTimes } from "../common/times";
import { startFilters } from "./filters";
import { startIdle } from "./idle";
import { startKeys } from "./keys";
import { startProgress } from "./progress";
import { startSameCrime } from "./same-crime";
import "./console.scss";

startComponents([Button, CharacterCount, ErrorSummary, Radios, SkipLink]);
enhanceTimes(document, document.body.dataset["timeZone"] ?? "", "hint");
startClockChoices(document, document.body.dataset["timeZone"] ?? "");
startCountdowns(document);
startFilters(document);
startKeys(document);
startProgress(document);
startSteadyForms(document);
startSameCrime(document);
startIdle(document);
