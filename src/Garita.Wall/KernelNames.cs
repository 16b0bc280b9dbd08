namespace Garita.Wall;

/// <summary>The names that ruleset and warden agree on: the table, its sets of bans and the chains of the flood mode.</summary>
public static class KernelNames
{
    /// <summary>The table of the packet filter, of the family inet.</summary>
    public const string Table = "garita";

    /// <summary>The table of a mail server's lockdown, of the family inet.</summary>
    public const string LockdownTable = "garita_lockdown";

    /// <summary>Banned IPv4 addresses, keyed by the address itself.</summary>
    public const string Ban32 = "ban32";

    /// <summary>Banned IPv4 networks of 24 bits, keyed by their first address.</summary>
    public const string Ban24 = "ban24";

    /// <summary>Banned IPv6 networks of 64 bits, keyed by their first address.</summary>
    public const string Ban64 = "ban64";

    /// <summary>Banned IPv6 networks of 48 bits, keyed by their first address.</summary>
    public const string Ban48 = "ban48";

    /// <summary>Before connection tracking: empty, or takes SYNs to the mail ports away from it.</summary>
    public const string FloodRaw = "flood_raw";

    /// <summary>First in the way in: empty, or answers SYNs to the mail ports with cookies.</summary>
    public const string FloodIn = "flood_in";

    /// <summary>The set of ports on which mail comes: the flood rules ask it, so that whoever fills their chains needs no text from outside.</summary>
    public const string MailPorts = "mail_ports";

    /// <summary>The counter of SYNs that were answered with cookies.</summary>
    public const string FloodCounter = "c_synproxy";

    /// <summary>IPv4 connections to our ports that are older than connection tracking: client, its port, our address, our port.</summary>
    public const string Going4 = "going4";

    /// <summary>The same of IPv6.</summary>
    public const string Going6 = "going6";

    /// <summary>The chain whose only rule says of which settings the ruleset was made.</summary>
    public const string About = "about";
}
