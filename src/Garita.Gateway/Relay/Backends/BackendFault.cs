namespace Garita.Gateway.Relay.Backends;

/// <summary>Why a backend connection is of no more use.</summary>
internal enum BackendFault : byte
{
    /// <summary>No address, or nobody answers there.</summary>
    Connect,
    /// <summary>The greeting or the reply to EHLO was none that lets us go on.</summary>
    Greeting,
    /// <summary>TLS is wanted and cannot be had.</summary>
    Tls,
    /// <summary>The other side closed or reset it.</summary>
    Lost,
    /// <summary>A deadline passed.</summary>
    TimedOut,
    /// <summary>What came is no reply, or came when none was due.</summary>
    Garbage,
}

/// <summary>Ends a backend connection. The message is in our own words: nothing the backend said, for it may be hostile.</summary>
internal sealed class BackendException(BackendFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    internal BackendFault Fault { get; } = fault;
}
