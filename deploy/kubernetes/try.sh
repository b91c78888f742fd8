#!/usr/bin/env bash
# Run the tests of the sandbox itself in a real cluster: the one that kubectl speaks to. Nothing of this was ever run by us on
# a real cluster; please tell what you find.
#   deploy/kubernetes/try.sh registry.example.com/analyst-magic-sandbox:latest
# With kind: `kind load docker-image IMAGE` puts a local image on its node. Its network must enforce network policies.
set -eu
image=${1:?usage: try.sh IMAGE}
here=$(cd "$(dirname "$0")" && pwd)
kubectl apply --kustomize "$here"
kubectl --namespace analyst-magic create configmap analyst-magic-sandbox --from-literal="image=$image" \
  --dry-run=client --output yaml | kubectl apply --filename -
export ANALYST_KUBERNETES_NAMESPACE=analyst-magic
analyst doctor --set sandbox=kubernetes --set model=offline
ANALYST_TEST_CLUSTER=1 python -m pytest "$here/../../tests/test_kubernetes.py" -k 'state_lives or too_long or memory_output or none_of_these_ways'
