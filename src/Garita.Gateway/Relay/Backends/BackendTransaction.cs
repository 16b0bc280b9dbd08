using System.Buffers;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Backends;

/// <summary>What a transaction leaves its connection fit for.</summary>
internal enum Parting : byte
{
    /// <summary>Nothing: it is closed.</summary>
    Close,
    /// <summary>The next transaction.</summary>
    Keep,
    /// <summary>The next one after RSET.</summary>
    Reset,
    /// <summary>QUIT.</summary>
    Quit,
}

/// <summary>
/// One message over one connection (RFC 5321 §3.3, RFC 2033 §4.2): envelope, DATA, content, answer. How far it came says what may
/// be done when it breaks: before the final dot another backend may have the message, from then on none.
/// </summary>
internal sealed class BackendTransaction(BackendPool pool, BackendConnection connection, Delivery delivery, long limit)
{
    private const int BufferSize = 64 * 1024;
    /// <summary>Commands in one group, so that their answers fit into what the kernel holds while nobody reads (RFC 2920 §3.1).</summary>
    private const int MostInGroup = 100;
    private static readonly byte[] Data = "DATA\r\n"u8.ToArray();

    private int _accepted;

    /// <summary>Whether any answer to this transaction came.</summary>
    internal bool IsAnswered { get; private set; }

    /// <summary>Whether the octets of the final dot may have left.</summary>
    internal bool IsDotSent { get; private set; }

    /// <summary>What the connection is fit for.</summary>
    internal Parting Parting { get; private set; }

    /// <summary>The answer that still comes, when the sender's patience ended first.</summary>
    internal Task<ServerReply>? Late { get; private set; }

    private int[] Replies { get; } = new int[delivery.Recipients.Count];

    private EnhancedCode?[] Codes { get; } = new EnhancedCode?[delivery.Recipients.Count];

    /// <summary>Does it all.</summary>
    /// <exception cref="BackendException">The connection failed; <see cref="IsDotSent"/> says what that means.</exception>
    internal async ValueTask<DeliveryResult> RunAsync()
    {
        // 1. A connection that is open and knows the client.
        if (!connection.IsOpen)
            await connection.OpenAsync(delivery.Client, limit);
        connection.Transactions++;
        connection.Expect(BackendTimes.Envelope, limit);
        if (pool.Target.Settings.PassClient == Settings.PassClient.XClient && !await connection.IntroduceAsync(delivery.Client))
            pool.MissXClient();
        var can = connection.Can;
        pool.Learn(can);

        // 2. Can this server carry it?
        if (CannotCarry(can) is { } cannot)
        {
            Parting = Parting.Keep;
            return cannot;
        }

        byte[]? buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            // 3. MAIL and RCPT.
            if (await SendEnvelopeAsync(buffer, can) is { } refusal)
                return refusal;

            // 4. DATA, only after all recipients were taken.
            connection.Expect(BackendTimes.DataInitiation, limit);
            await connection.SendAsync(Data);
            var go = await connection.ReadReplyAsync();
            if (go.Code != 354)
                return Refused(go, Parting.Reset);

            // 5. Content but for its end.
            var content = new LetterContent(delivery);
            if (await SendContentAsync(content, buffer) is { } unreadable)
                return unreadable;

            // 6. Its end with the final dot, and the answer that counts.
            var end = buffer;
            buffer = null;
            return await FinishAsync(end, content.Filled);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The result for a final answer.</summary>
    /// <exception cref="BackendException">It is none.</exception>
    internal DeliveryResult Answered(ServerReply reply)
    {
        if (reply.IsIntermediate)
            throw new BackendException(BackendFault.Garbage, $"it answered {reply.Code} to the message");
        Parting = Parting.Keep;
        return reply.IsPositive ? Result(DeliveryOutcome.Delivered, reply) : Refused(reply, Parting.Keep);
    }

    private DeliveryResult? CannotCarry(in ServerCapabilities can)
    {
        // RFC 6531 §3.1: never towards a server that does not offer it.
        if (delivery.Mail.SmtpUtf8 && !can.SmtpUtf8)
            return new DeliveryResult(DeliveryOutcome.CannotCarry, pool.Target.Address, 550, new EnhancedCode(5, 6, 7), "", Replies) { RecipientCodes = Codes };
        // RFC 1870 §6.1: it would be refused after all octets were sent.
        if (can.Size is > 0 && Size > can.Size)
            return new DeliveryResult(DeliveryOutcome.CannotCarry, pool.Target.Address, 552, new EnhancedCode(5, 3, 4), "", Replies) { RecipientCodes = Codes };
        return null;
    }

    private long Size
    {
        get
        {
            var size = delivery.Letter.Length + delivery.AddedFields.Length;
            for (var i = 0; i < delivery.Omitted.Count; i++)
                size -= delivery.Omitted[i].Length;
            return size;
        }
    }

    private async ValueTask<DeliveryResult?> SendEnvelopeAsync(byte[] buffer, ServerCapabilities can)
    {
        var mail = delivery.Mail;
        var used = CommandWriter.WriteMail(buffer, mail.Path.Mailbox, Size, mail.Body, mail.SmtpUtf8, mail.Return, mail.EnvelopeId, can);
        var recipients = delivery.Recipients;
        var asked = 0;
        ServerReply? permanent = null;
        ServerReply? transient = null;
        while (asked < recipients.Count || used > 0)
        {
            var first = asked;
            var mailIsAsked = !IsAnswered;
            // RFC 2920 §3.1: a group only where PIPELINING is offered; otherwise one command, then its answer.
            var most = can.Pipelining ? MostInGroup : mailIsAsked ? 0 : 1;
            while (asked < recipients.Count && asked - first < most && used + CommandWriter.MaxCommand <= buffer.Length)
            {
                var to = recipients[asked++];
                used += CommandWriter.WriteRcpt(buffer.AsSpan(used), to.Path.Mailbox!, to.Notify, to.OriginalRecipient, can);
            }
            connection.Expect(BackendTimes.Envelope, limit);
            await connection.SendAsync(buffer.AsMemory(0, used));
            used = 0;
            var mailReply = mailIsAsked ? await ReadMailReplyAsync() : null;
            for (var i = first; i < asked; i++)
            {
                var reply = await ReadEnvelopeReplyAsync();
                Replies[i] = reply.Code;
            Codes[i] = reply.Enhanced;
                if (reply.IsPositive)
                    _accepted++;
                else if (reply.IsTransient)
                    transient ??= reply;
                else
                    permanent ??= reply;
            }
            if (mailReply is { IsPositive: false })
            {
                // RFC 5321 §4.1.4: there is no transaction; what it said to the RCPTs behind is "out of order".
                Array.Clear(Replies);
                return Refused(mailReply, Parting.Keep);
            }
        }
        if (_accepted == recipients.Count)
            return null;
        // A temporary refusal among final ones: the sender must keep the message, and the final ones are remembered.
        var refused = transient ?? permanent!;
        return _accepted == 0 ? Refused(refused, Parting.Reset) : Part(Result(DeliveryOutcome.SomeRecipientsRefused, refused), Parting.Reset);
    }

    private async ValueTask<ServerReply> ReadMailReplyAsync()
    {
        var reply = await ReadEnvelopeReplyAsync();
        // RFC 5321 §3.8: it closes, of itself, and not because of this message. Another connection or server may take it.
        if (reply.Code == 421)
            throw new BackendException(BackendFault.Lost, "it answered 421 to MAIL");
        IsAnswered = true;
        return reply;
    }

    private async ValueTask<ServerReply> ReadEnvelopeReplyAsync()
    {
        var reply = await connection.ReadReplyAsync();
        if (reply.IsIntermediate)
            throw new BackendException(BackendFault.Garbage, $"it answered {reply.Code} to the envelope");
        return reply;
    }

    /// <summary>Sends all but the last bufferful, which holds the dot. Null when done.</summary>
    private async ValueTask<DeliveryResult?> SendContentAsync(LetterContent content, byte[] buffer)
    {
        while (true)
        {
            try
            {
                await content.FillAsync(buffer.AsMemory(0, BufferSize));
            }
            catch (IOException e)
            {
                // Without a dot nothing is delivered; another server would not help.
                pool.Log.LetterUnreadable(delivery.Session, e);
                return new DeliveryResult(DeliveryOutcome.Deferred, pool.Target.Address, 451, new EnhancedCode(4, 3, 0), "", Replies) { RecipientCodes = Codes };
            }
            if (content.IsComplete)
                return null;
            connection.Expect(BackendTimes.DataBlock, limit);
            await connection.SendAsync(buffer.AsMemory(0, content.Filled));
        }
    }

    private async ValueTask<DeliveryResult> FinishAsync(byte[] end, int length)
    {
        var patience = connection.WaitPatience(delivery.Deadline);
        var answer = SendEndAsync(end, length);
        if (!answer.IsCompleted)
        {
            var waiting = answer.AsTask();
            await Task.WhenAny(waiting, patience);
            if (!waiting.IsCompleted)
            {
                // RFC 1047: the sender is about to give up; the answer is waited for without it.
                Late = waiting;
                return new DeliveryResult(DeliveryOutcome.Unknown, pool.Target.Address, 0, null, "", Replies) { RecipientCodes = Codes };
            }
            connection.EndPatience();
            return Answered(await waiting);
        }
        connection.EndPatience();
        return Answered(await answer);
    }

    /// <summary>Sends the end, for a small message all of it in one call, and reads the answer. Owns the buffer.</summary>
    private async ValueTask<ServerReply> SendEndAsync(byte[] end, int length)
    {
        try
        {
            connection.EnsureSilent();
            connection.Expect(BackendTimes.DataTermination);
            IsDotSent = true;
            await connection.SendAsync(end.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(end);
        }
        // RFC 2033 §4.2: LMTP answers for each recipient.
        return await (pool.Target.Address.IsLmtp && _accepted > 1 ? ReadLmtpAnswersAsync() : connection.ReadReplyAsync());
    }

    private async ValueTask<ServerReply> ReadLmtpAnswersAsync()
    {
        // The dialogue gives LMTP one recipient at a time; if there are more, one refusal is told for all, and the codes are in the result.
        ServerReply? worst = null;
        for (var i = 0; i < _accepted; i++)
        {
            var reply = await connection.ReadReplyAsync();
            Replies[i] = reply.Code;
            Codes[i] = reply.Enhanced;
            if (worst is null || (reply.IsTransient && !worst.IsTransient) || (!reply.IsPositive && worst.IsPositive))
                worst = reply;
        }
        return worst!;
    }

    private DeliveryResult Refused(ServerReply reply, Parting parting)
    {
        if (reply.IsPositive || reply.IsIntermediate)
            throw new BackendException(BackendFault.Garbage, $"it answered {reply.Code} where none such is due");
        return Part(Result(reply.IsPermanent ? DeliveryOutcome.Refused : DeliveryOutcome.Deferred, reply), parting);
    }

    private DeliveryResult Part(DeliveryResult result, Parting parting)
    {
        Parting = parting;
        return result;
    }

    private DeliveryResult Result(DeliveryOutcome outcome, ServerReply reply) =>
        new(outcome, pool.Target.Address, reply.Code, reply.Enhanced, reply.SafeText, Replies) { RecipientCodes = Codes };
}
