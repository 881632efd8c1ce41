/** The Python expression that loads the model `reference` (`prod.ml_team.fraud@Champion`) names. */
export function loadCode(reference: string): string {
  return `mlflow.pyfunc.load_model(${JSON.stringify(`models:/${reference}`)})`;
}
