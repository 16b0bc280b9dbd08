namespace Garita.EndToEnd;

/// <summary>Network namespaces with names, and cables between them: nothing of it is in the machine's own namespace.</summary>
internal static class NamedNamespace
{
    /// <summary>One end of a cable.</summary>
    /// <param name="Namespace">Where it is.</param>
    /// <param name="Link">Its name there.</param>
    /// <param name="Addresses">With the lengths of their prefixes.</param>
    public sealed record End(string Namespace, string Link, params string[] Addresses);

    public static async Task AddAsync(string name)
    {
        await Tool.RunAsync("ip", "netns", "add", name);
        await Tool.RunAsync("ip", "-n", name, "link", "set", "lo", "up");
    }

    /// <summary>Nothing where there is none.</summary>
    public static async Task DeleteAsync(string name)
    {
        if (File.Exists("/run/netns/" + name))
            await Tool.RunAsync("ip", "netns", "delete", name);
    }

    /// <summary>Lays a cable that is up.</summary>
    public static async Task CableAsync(End one, End other)
    {
        await Tool.RunAsync("ip", "-n", one.Namespace, "link", "add", one.Link, "type", "veth", "peer", "name", other.Link, "netns", other.Namespace);
        foreach (var (name, link, addresses) in (End[])[one, other])
        {
            foreach (var address in addresses)
            {
                // Nobody else can have it, so that it need not be asked for first.
                string[] atOnce = address.Contains(':', StringComparison.Ordinal) ? ["nodad"] : [];
                await Tool.RunAsync("ip", ["-n", name, "address", "add", address, "dev", link, .. atOnce]);
            }

            await Tool.RunAsync("ip", "-n", name, "link", "set", link, "up");
        }
    }

    /// <summary>Sends what is for elsewhere to a neighbour.</summary>
    public static async Task RouteAsync(string name, string four, string six)
    {
        await Tool.RunAsync("ip", "-n", name, "route", "add", "default", "via", four);
        await Tool.RunAsync("ip", "-n", name, "-6", "route", "add", "default", "via", six);
    }
}
