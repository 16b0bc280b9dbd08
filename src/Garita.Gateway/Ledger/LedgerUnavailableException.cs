namespace Garita.Gateway.Ledger;

/// <summary>A question to the ledger, or an exception to be kept durably, that cannot be served now; the message says why.</summary>
/// <param name="message">What failed.</param>
/// <param name="inner">Why.</param>
public sealed class LedgerUnavailableException(string message, Exception? inner) : IOException(message, inner);
