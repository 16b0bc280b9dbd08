using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Backends;

/// <summary>What the relay logs; events 400 to 419. Nothing a backend said is in it, only our own words and its reply codes.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(400, LogLevel.Warning, "Backend {Backend} of {Tenant}: {Reason} (session {Session})")]
    internal static partial void BackendFailed(this ILogger log, string backend, string tenant, string reason, string session);

    [LoggerMessage(401, LogLevel.Error, "Backend {Backend} of {Tenant} is left alone for a while: {Reason}")]
    internal static partial void BreakerOpened(this ILogger log, string backend, string tenant, string reason);

    [LoggerMessage(402, LogLevel.Information, "Backend {Backend} of {Tenant} works again")]
    internal static partial void BreakerClosed(this ILogger log, string backend, string tenant);

    [LoggerMessage(403, LogLevel.Warning, "Backend {Backend} of {Tenant}: after the final dot {Reason}; the message of session {Session} may have been delivered")]
    internal static partial void OutcomeUnknown(this ILogger log, string backend, string tenant, string reason, string session);

    [LoggerMessage(404, LogLevel.Information, "Backend {Backend} of {Tenant} answered late with {Code} to the message of session {Session}")]
    internal static partial void LateAnswer(this ILogger log, string backend, string tenant, int code, string session);

    [LoggerMessage(405, LogLevel.Warning, "Backend {Backend} of {Tenant} does not take XCLIENT with ADDR, PORT, NAME, HELO and PROTO: it sees Garita's address")]
    internal static partial void XClientMissing(this ILogger log, string backend, string tenant);

    [LoggerMessage(406, LogLevel.Error, "The message of session {Session} cannot be read back from its file")]
    internal static partial void LetterUnreadable(this ILogger log, string session, Exception exception);
}
