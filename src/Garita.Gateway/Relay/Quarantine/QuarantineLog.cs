using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>What the quarantine has to say; nothing of it comes from outside.</summary>
internal static partial class QuarantineLog
{
    [LoggerMessage(6401, LogLevel.Information, "Message {Id} is in the quarantine of {Tenant} (session {Session})")]
    internal static partial void Kept(this ILogger log, string id, string tenant, string session);

    [LoggerMessage(6402, LogLevel.Error, "A message could not be kept in the quarantine of {Tenant}: {Problem} (session {Session})")]
    internal static partial void NotKept(this ILogger log, string tenant, string problem, string session);

    [LoggerMessage(6403, LogLevel.Error, "Message {Id} could not be removed from the quarantine: {Problem}")]
    internal static partial void NotRemoved(this ILogger log, string id, string problem);

    [LoggerMessage(6404, LogLevel.Error, "The quarantine could not be looked through: {Problem}")]
    internal static partial void NotSwept(this ILogger log, string problem);

    [LoggerMessage(6405, LogLevel.Error, "The quarantine {Folder} cannot be used: {Problem}; until it can, mail for it is put off")]
    internal static partial void NotRecovered(this ILogger log, string folder, string problem);

    [LoggerMessage(6406, LogLevel.Information, "{Count} messages of {Tenant} were removed from the quarantine: their time is over")]
    internal static partial void Expired(this ILogger log, int count, string tenant);

    [LoggerMessage(6407, LogLevel.Warning, "{Count} messages were found in the quarantine that the ledger did not know; it knows them again")]
    internal static partial void Adopted(this ILogger log, int count);

    [LoggerMessage(6408, LogLevel.Warning, "The file of message {Id} of {Tenant} is not in the quarantine any more; its entry is removed")]
    internal static partial void Lost(this ILogger log, string id, string tenant);

    [LoggerMessage(6409, LogLevel.Warning, "The release of message {Id} of {Tenant} was cut off: it may have been delivered. garita quarantine release --again delivers it once more")]
    internal static partial void CutOff(this ILogger log, string id, string tenant);

    [LoggerMessage(6410, LogLevel.Error, "The quarantine has a message {Id} in the folder {Tenant} of which nothing is known; it is left alone")]
    internal static partial void Unreadable(this ILogger log, string id, string tenant);

    [LoggerMessage(6412, LogLevel.Warning, "The mail server of {Tenant} takes no digests now (reply {Code}); they are tried again")]
    internal static partial void NotTold(this ILogger log, string tenant, int code);

    [LoggerMessage(6413, LogLevel.Error, "The key of the links in digests cannot be used: {Problem}")]
    internal static partial void NoKey(this ILogger log, string problem);

    [LoggerMessage(6411, LogLevel.Error, "The release of message {Id} did not go as it should: {Problem}")]
    internal static partial void NotReleased(this ILogger log, string id, string problem);
}
