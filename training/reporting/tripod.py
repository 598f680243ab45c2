"""TRIPOD+AI (Collins et al., BMJ 2024;385:e078378), item by item; what each asks in our words."""

from __future__ import annotations

from typing import Final

from training.reporting.checklist import (
    Item,
    calibration_text,
    comparison_text,
    demographics_text,
    done,
    elsewhere_text,
    not_done,
    partition_text,
    partly,
)

__all__ = ["TRIPOD"]

_RETROSPECTIVE = "Public data, collected in the past by others; see Data."
_LABELS = "The labels are those of the data set; nobody read the images anew."

TRIPOD: Final = (
    Item("1", "Title names development or evaluation of a prediction model, population, outcome",
         lambda f: done(f"{f.card.title}: {f.card.finding} on frontal chest radiographs.")),
    Item("2", "Abstract after TRIPOD+AI for abstracts",
         lambda _: partly("The summary on top of this page; no structured abstract.")),
    Item("3a", "Health-care context, rationale, existing models",
         lambda _: partly("See Intended use; existing models are not reviewed here.")),
    Item("3b", "Target population and purpose in the care pathway, intended users",
         lambda f: done(f.card.intended_use)),
    Item("3c", "Known health inequalities between groups",
         lambda _: not_done("Not examined: the data state no ethnic or social group.")),
    Item("4", "Objectives: development, evaluation, or both",
         lambda _: done("Both: development, and evaluation on held-out patients.")),
    Item("5a", "Sources of data for development and evaluation, and their representativeness",
         lambda f: partly("; ".join(dict.fromkeys(d.source for d in f.card.data_sets))
                          + ". How far they represent the target population is not known.")),
    Item("5b", "Dates of the data", lambda _: not_done("Not stated by the data set.")),
    Item("6a", "Setting, number and location of centres",
         lambda f: partly(f"As far as the data set says: {f.settings.description.name}.")),
    Item("6b", "Eligibility of participants",
         lambda f: partly("Of the data set's own choosing. What the model may be asked: "
                          f"{', '.join(f.card.eligibility.modalities)} of "
                          f"{', '.join(f.card.eligibility.body_parts)}, views "
                          f"{', '.join(f.card.eligibility.view_positions)}.")),
    Item("6c", "Treatments received", lambda _: not_done("Not stated by the data set.")),
    Item("7", "Data preparation and quality checks",
         lambda f: done("Rendering, resizing and filter are those of reading (card, preprocessing "
                        f"version {f.card.preprocessing.version}); equal files stay in one part.")),
    Item("8a", "Outcome: definition, time horizon, how assessed",
         lambda _: partly(f"Pneumonia on the image, yes or no. {_LABELS}")),
    Item("8b", "Qualification of those who assessed the outcome",
         lambda _: not_done(f"Not examined. {_LABELS}")),
    Item("8c", "Blinding of the assessment", lambda _: not_done("Not stated by the data set.")),
    Item("9a", "Choice of predictors",
         lambda _: done("The pixels of one image; nothing of the header but, where a model has "
                        "populations, the age.")),
    Item("9b", "Definition and measurement of predictors",
         lambda f: done(f"Display grey at {f.card.preprocessing.rows} x "
                        f"{f.card.preprocessing.columns}, {f.card.preprocessing.resize_filter}.")),
    Item("9c", "Qualification of those who assessed predictors",
         lambda _: done("None is needed: predictors are pixels.")),
    Item("10", "Sample size and its reason",
         lambda _: partly("All images there were; no sample size was computed beforehand.")),
    Item("11", "Missing data",
         lambda f: done(f"{f.holdout.metrics['unreadable']} images of the hold-out could not be "
                        "read; nothing was imputed.")),
    Item("12a", "How the data were used and divided",
         lambda f: done(f"By patient, seed {f.settings.seed}: {partition_text(f)}.")),
    Item("12b", "How predictors were handled",
         lambda _: done("Grey values as they are; augmentation as the recipe says.")),
    Item("12c", "Type of model, its reason, all steps of building it, internal validation",
         lambda f: done(f"{f.card.architecture}. Settings in Training; tried alternatives in "
                        "training/EXPERIMENTS.md.")),
    Item("12d", "Heterogeneity between clusters such as hospitals",
         lambda _: not_done("One source of data for training: clusters cannot be compared.")),
    Item("12e", "Measures of performance, and how models are compared",
         lambda f: done("AUC, sensitivity, specificity, precision, F1, calibration error, Brier "
                        f"score, each with a bootstrap by patient. {comparison_text(f)}")),
    Item("12f", "Model updating",
         lambda f: done(f"Updated from the model {f.card.parent_device_uid}."
                        if f.card.parent_device_uid else
                        "Not updated. A site can calibrate anew with 'triage-train calibrate'.")),
    Item("12g", "How predictions were computed for the evaluation",
         lambda _: done("By the exported ONNX file, through the functions that reading uses.")),
    Item("13", "Class imbalance and what was done about it",
         lambda f: done("Weights or thresholds as the recipe says; "
                        f"operating point: {f.card.default_operating_point.chosen_for}.")),
    Item("14", "Approaches to fairness",
         lambda _: partly("Subgroups with intervals where the data name groups; none other.")),
    Item("15", "Output of the model, and how thresholds were chosen",
         lambda f: done(f"A probability and a heatmap. {f.card.default_operating_point.title}: "
                        f"{f.card.default_operating_point.chosen_for}.")),
    Item("16", "Differences between development and evaluation data",
         lambda f: done("None but the patients: the hold-out is of the same source. "
                        + elsewhere_text(f).text)),
    Item("17", "Ethical approval", lambda _: not_done(f"None was sought. {_RETROSPECTIVE}")),
    Item("18a", "Funding", lambda _: not_done("Not stated in the run.")),
    Item("18b", "Conflicts of interest", lambda _: not_done("Not stated in the run.")),
    Item("18c", "Protocol", lambda _: not_done("No protocol was written beforehand.")),
    Item("18d", "Registration", lambda _: not_done("Not registered.")),
    Item("18e", "Availability of the data",
         lambda f: done("; ".join(dict.fromkeys(f"{d.source} ({d.licence})"
                                                for d in f.card.data_sets)))),
    Item("18f", "Availability of the code",
         lambda _: done("This repository: training, export and evaluation, one command each.")),
    Item("19", "Involvement of patients and public", lambda _: not_done("None.")),
    Item("20a", "Flow of participants",
         lambda f: partly(f"{partition_text(f)}. Those before the data set was made are unknown.")),
    Item("20b", "Characteristics of participants", demographics_text),
    Item("20c", "Comparison of evaluation with development data",
         lambda _: partly("By label and number; other traits as far as the data state them.")),
    Item("21", "Participants and outcome events in each analysis",
         lambda f: done(f"Hold-out: {f.holdout.metrics['n']} images of "
                        f"{f.holdout.metrics['patients']} patients, "
                        f"{int(f.holdout.is_pneumonia.sum())} with pneumonia; subgroups in their "
                        "table.")),
    Item("22", "The full model, so that others can predict with it",
         lambda f: done(f"ONNX file with SHA-256 {f.card.onnx_sha256} and its card.")),
    Item("23a", "Performance with intervals, also in subgroups",
         lambda _: done("See Figures and Subgroups.")),
    Item("23b", "Heterogeneity of performance between clusters",
         lambda _: not_done("One source of data: not measured.")),
    Item("24", "Results of updating",
         lambda f: partly("See the parent's report.") if f.card.parent_device_uid
         else done("The model was not updated.")),
    Item("25", "Interpretation, with fairness, in the context of earlier work",
         lambda _: partly("See Limits; earlier work is not reviewed here.")),
    Item("26", "Limitations", lambda f: done(" ".join(f.card.known_limits))),
    Item("27a", "How poor or missing input is handled in use",
         lambda f: done("Files that cannot be read, other body parts and views are not processed, "
                        "with their reason. " + ("What does not look like a frontal chest is "
                        "refused." if f.card.eligibility.gate_threshold is not None else
                        "Whether an image shows a chest is not tested."))),
    Item("27b", "Interaction of users with the model, and the expertise needed",
         lambda _: done("A radiologist reads every study; the model changes their order only.")),
    Item("27c", "Next steps and applicability",
         lambda f: partly(f"{calibration_text(f)} Before use at another site: calibrate and "
                          "evaluate on its own images.")),
)  # fmt: skip
