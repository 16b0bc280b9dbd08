namespace Garita.Protocols.Smtp;

/// <summary>Why <see cref="ReplyReader"/> returned.</summary>
public enum ReplyStatus : byte
{
    /// <summary>All input was taken; the reply goes on.</summary>
    Incomplete,
    /// <summary>A reply is complete.</summary>
    Reply,
    /// <summary>Against the grammar; the connection is of no more use.</summary>
    Malformed,
    /// <summary>A line, their number or the whole is over its limit; the connection is of no more use.</summary>
    TooLong,
}
