"""CLAIM, update of 2024 (Tejani et al., Radiology: Artificial Intelligence 2024;6:e240300).

Item by item; what each asks in our words.
"""

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

__all__ = ["CLAIM"]

CLAIM: Final = (
    Item("1", "Title names the AI method and its category",
         lambda f: done(f"{f.card.title}; {f.card.architecture.split(';')[0]}.")),
    Item("2", "Structured summary", lambda _: partly("The summary on top; not structured.")),
    Item("3", "Background, intended use and clinical role",
         lambda f: done(f.card.intended_use)),
    Item("4", "Aims, objectives, hypotheses",
         lambda _: partly("To put likely pneumonia first; no hypothesis was stated beforehand.")),
    Item("5", "Prospective or retrospective", lambda _: done("Retrospective.")),
    Item("6", "Goal of the study",
         lambda _: done("Development of a model and estimation of its accuracy.")),
    Item("7", "Data sources",
         lambda f: done("; ".join(dict.fromkeys(d.source for d in f.card.data_sets)))),
    Item("8", "Inclusion and exclusion criteria",
         lambda _: partly("Those of the data set; no image was left out that could be read.")),
    Item("9", "Preprocessing",
         lambda f: done(f"{f.card.preprocessing.geometry} to {f.card.preprocessing.rows} x "
                        f"{f.card.preprocessing.columns}, {f.card.preprocessing.resize_filter}, "
                        f"version {f.card.preprocessing.version}.")),
    Item("10", "Selection of data subsets", lambda _: done("Whole images; no parts selected.")),
    Item("11", "De-identification", lambda _: partly("As published; not changed here.")),
    Item("12", "Missing data",
         lambda f: done(f"{f.holdout.metrics['unreadable']} unreadable; nothing imputed.")),
    Item("13", "Image acquisition protocol", lambda _: not_done("Not stated by the data set.")),
    Item("14", "Definition of the reference standard",
         lambda _: partly("The data set's label of the image: pneumonia or not.")),
    Item("15", "Reason for choosing the reference standard",
         lambda _: partly("It is what the data have; no better one was made.")),
    Item("16", "Source of the annotations, qualification of annotators",
         lambda _: not_done("Described by the data set's authors; not examined here.")),
    Item("17", "Annotation of the test set",
         lambda _: partly("As the rest of the data set; not annotated anew.")),
    Item("18", "Variability between and within annotators",
         lambda _: not_done("Not stated by the data set.")),
    Item("19", "How data were assigned to partitions",
         lambda f: done(f"At random, seed {f.settings.seed}: {partition_text(f)}.")),
    Item("20", "Level at which partitions are disjoint",
         lambda _: done("Patient; and no file stands in two parts (proved by the split).")),
    Item("21", "Intended sample size", lambda _: not_done("Not computed; all images were used.")),
    Item("22", "The model in detail: inputs, outputs, layers",
         lambda f: done(f"{f.card.architecture}. "
                        + "; ".join(f"{tensor.role} {list(tensor.shape)}"
                                    for tensor in (*f.card.inputs, *f.card.outputs)))),
    Item("23", "Software",
         lambda f: done(", ".join(f"{name} {version}"
                                  for name, version in f.card.tool_versions.items()))),
    Item("24", "Initialisation of parameters",
         lambda f: done("ImageNet weights"
                        + (f", SHA-256 {f.settings.weights_sha256}." if f.settings.weights_sha256
                           else " of Keras."))),
    Item("25", "Training in detail: augmentation, hyperparameters, epochs",
         lambda _: done("See Training: every setting of the recipe stands there.")),
    Item("26", "How the final model was selected",
         lambda _: done("By the validation part; the hold-out decided nothing "
                        "(training/EXPERIMENTS.md).")),
    Item("27", "Ensembling", lambda _: done("One network; as far as the recipe says.")),
    Item("28", "Metrics of performance", lambda _: done("See Figures.")),
    Item("29", "Statistical measures of uncertainty",
         lambda f: done(f"95 % intervals by bootstrap of patients, "
                        f"{f.holdout.metrics['bootstrap']['resamples']} resamples. "
                        f"{comparison_text(f)}")),
    Item("30", "Robustness or sensitivity analysis",
         lambda f: done("See Altered images.") if "altered" in f.holdout.metrics
         else not_done("Not measured for this report; run it with --altered.")),
    Item("31", "Explainability and its validation",
         lambda f: done("Exact class activation map; randomised weights: see Heatmap.")
         if f.sanity else partly("Exact class activation map; whether randomised weights destroy "
                                 "it was not measured for this run.")),
    Item("32", "Evaluation on internal data", lambda _: done("The hold-out; see Figures.")),
    Item("33", "Testing on external data", elsewhere_text),
    Item("34", "Registration of a clinical trial", lambda _: not_done("No trial.")),
    Item("35", "Numbers of patients included and excluded",
         lambda f: partly(f"{partition_text(f)}; who was left out before is unknown.")),
    Item("36", "Demographic and clinical characteristics of each partition", demographics_text),
    Item("37", "Performance on each partition, with uncertainty",
         lambda _: done("Hold-out in Figures; validation in the card.")),
    Item("38", "Diagnostic performance and its precision",
         lambda f: done(f"Sensitivity and specificity at "
                        f"{f.card.default_operating_point.title}; see Figures.")),
    Item("39", "Failure analysis",
         lambda f: partly(f"{f.wrong()['missed']} missed, {f.wrong()['false_alarms']} false "
                          "alarms on the hold-out; the farthest from right with --images. Not "
                          "read by a radiologist.")),
    Item("40", "Limitations", lambda f: done(" ".join(f.card.known_limits))),
    Item("41", "Implications for practice",
         lambda f: done(f"{f.card.intended_use} {calibration_text(f)}")),
    Item("42", "Full protocol or further technical details",
         lambda _: partly("training/EXPERIMENTS.md and the run's settings; no protocol.")),
    Item("43", "Availability of software, model and data",
         lambda _: done("Software and model in this repository; data from their sources.")),
    Item("44", "Funding, and the role of funders", lambda _: not_done("Not stated in the run.")),
)  # fmt: skip
