"""The least that a function does which uses S3. A module, so that importing it can be timed like the handler."""

import boto3

boto3.client("s3")
