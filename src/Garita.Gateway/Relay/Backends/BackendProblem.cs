namespace Garita.Gateway.Relay.Backends;

/// <summary>A connection to a mail server that can no longer be used: connect, TLS, greeting, time out, lost, or words that make no sense.</summary>
/// <param name="message">What happened, in our own words.</param>
/// <param name="cause">The cause.</param>
internal sealed class BackendProblem(string message, Exception? cause = null) : Exception(message, cause);
