"""Starts the training on spot machines. Needs the SageMaker SDK (version 2): pip install 'sagemaker<3'."""
import sagemaker
from sagemaker.estimator import Estimator

ACCOUNT = "111122223333"
REGION = "eu-central-1"
BUCKET = "my-training-bucket"
JOB = "prices"

estimator = Estimator(
    image_uri=f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/train:1",
    role=f"arn:aws:iam::{ACCOUNT}:role/train",
    instance_count=1,
    instance_type="ml.m5.xlarge",
    output_path=f"s3://{BUCKET}/output/",
    # Spot: max_run is the training time, max_wait that and the waiting for machines.
    use_spot_instances=True,
    max_run=4 * 60 * 60,
    max_wait=8 * 60 * 60,
    # One prefix for each training, and with its closing slash: without it, SageMaker brings back
    # whatever begins so ("prices-2" too).
    checkpoint_s3_uri=f"s3://{BUCKET}/checkpoints/{JOB}/",
    hyperparameters={
        "rounds": 500,
        "eta": 0.05,
        "checkpoint_run": JOB,
        "checkpoint_every": "60s",
        "checkpoint_keep_last": 3,
    },
    metric_definitions=[
        {"Name": "validation:rmse", "Regex": "validation-rmse:([0-9.]+)"},
        {"Name": "cairn:durable_step", "Regex": "cairn event=committed .*?step=([0-9]+) "},
        {"Name": "cairn:write_ms", "Regex": "cairn event=committed .*write_ms=([0-9.]+)"},
        {"Name": "cairn:stall_ms", "Regex": "cairn event=captured .*stall_ms=([0-9.]+)"},
        {"Name": "cairn:resumed_at_step", "Regex": "cairn event=restored .*? step=([0-9]+) "},
        {"Name": "cairn:refused", "Regex": "cairn event=restored .*refused=([0-9]+)"},
        {"Name": "cairn:failures_in_a_row", "Regex": "cairn event=failed .*in_a_row=([0-9]+)"},
    ],
    sagemaker_session=sagemaker.Session(),
)

estimator.fit(
    {
        "train": f"s3://{BUCKET}/data/train/",
        "validation": f"s3://{BUCKET}/data/validation/",
    }
)
