namespace Garita.Gateway;

/// <summary>The gateway cannot start. The message says why and what to do.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="cause">The cause.</param>
public sealed class GatewayStartException(string message, Exception? cause = null) : Exception(message, cause);
