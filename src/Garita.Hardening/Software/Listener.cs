using System.Net;
using Garita.Hardening.Host;

namespace Garita.Hardening.Software;

/// <summary>A socket that waits for others.</summary>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Address">Where, as ss writes it without brackets and interface; a star for both families.</param>
/// <param name="Port">The port.</param>
/// <param name="Program">Who, or empty when that is not known.</param>
internal sealed record Listener(string Protocol, string Address, int Port, string Program)
{
    /// <summary>As an administrator allows it: <c>tcp/25</c>.</summary>
    public string Name => $"{Protocol}/{Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>Whether only this host reaches it.</summary>
    public bool IsLoopback => IPAddress.TryParse(Address, out var address) && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>Whether strangers reach it by IPv6.</summary>
    public bool IsV6 => Address is "*" || Address.Contains(':', StringComparison.Ordinal);

    /// <summary>Whether strangers reach it by IPv4: a socket of any IPv6 address most often takes both.</summary>
    public bool IsV4 => Address is "*" || !Address.Contains(':', StringComparison.Ordinal);

    /// <summary>All of the running system.</summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<Listener> Read(View host)
    {
        var found = new List<Listener>();
        foreach (var line in Text.Lines(host.Ask("ss", "-Hlntup")))
        {
            var words = Text.Words(line);
            if (words.Length < 5 || words[0] is not ("tcp" or "udp"))
                throw new CannotLookException($"ss says what this check does not understand: {line}");
            var colon = words[4].LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(words[4].AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port))
                throw new CannotLookException($"ss says what this check does not understand: {line}");
            var interfaceAt = words[4].IndexOf('%', StringComparison.Ordinal);
            var address = words[4][..(interfaceAt > 0 ? interfaceAt : colon)].Trim('[', ']');
            var who = line.IndexOf("((\"", StringComparison.Ordinal);
            var program = who < 0 ? "" : line[(who + 3)..].Split('"')[0];
            // A service that is bound to the interface lo is as closed as one on its address.
            if (!words[4].Contains("%lo:", StringComparison.Ordinal))
                found.Add(new Listener(words[0], address, port, program));
        }
        return found;
    }

    public override string ToString() => Program.Length > 0 ? $"{Name} ({Program} on {Address})" : $"{Name} (on {Address})";
}
