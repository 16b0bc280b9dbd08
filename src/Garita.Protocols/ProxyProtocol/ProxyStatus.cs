namespace Garita.Protocols.ProxyProtocol;

/// <summary>What <see cref="ProxyHeaderReader"/> made of the first octets.</summary>
public enum ProxyStatus : byte
{
    /// <summary>A header may have begun; more is needed.</summary>
    Incomplete,
    /// <summary>A whole header.</summary>
    Header,
    /// <summary>No header can begin like this: close the connection.</summary>
    Malformed,
}
