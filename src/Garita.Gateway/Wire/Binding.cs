using System.Net;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Wire;

/// <summary>One address of one listener, and the socket that was handed for it, if any.</summary>
internal sealed record Binding(ListenerSettings Listener, IPEndPoint Address, HandedSocket? Handed)
{
    /// <summary>
    /// Which listener listens where. Sockets that are named as a listener take the place of its <c>bind</c>; else one whose address is
    /// in <c>bind</c> is taken for that address; what is not handed is bound.
    /// </summary>
    /// <param name="settings">The listeners.</param>
    /// <param name="handed">Sockets that were handed.</param>
    /// <param name="problems">Takes a sentence for each socket that no listener wants: nobody would ever answer its clients.</param>
    internal static List<Binding> Plan(GatewaySettings settings, IReadOnlyList<HandedSocket> handed, List<string> problems)
    {
        List<Binding> plan = [];
        foreach (var listener in settings.Listeners)
        {
            var named = handed.Where(socket => string.Equals(socket.Name, listener.Name, StringComparison.Ordinal)).ToList();
            if (named.Count > 0)
                plan.AddRange(named.Select(socket => new Binding(listener, socket.Address, socket)));
            else
                plan.AddRange(listener.Bind.Select(bind => new Binding(listener, bind, handed.FirstOrDefault(socket => socket.Address.Equals(bind)))));
        }

        foreach (var socket in handed.Where(socket => !plan.Exists(binding => ReferenceEquals(binding.Handed, socket))))
        {
            problems.Add($"the handed socket \"{socket.Name}\" on {socket.Address} (descriptor {socket.Descriptor}) is for no listener: "
                + $"give it the name of one ({string.Join(", ", settings.Listeners.Select(static listener => listener.Name))}; FileDescriptorName= in the socket unit) or an address that is in listener.bind");
        }

        return plan;
    }
}
